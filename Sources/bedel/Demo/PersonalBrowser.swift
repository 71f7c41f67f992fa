import AsyncHTTPClient
import BedelDomain
import NIOCore
import NIOHTTP1

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// One person's browser, as far as the demo needs one: cookies, redirects, forms. It uses the public doors only.
actor PersonalBrowser {
    struct Page: Sendable {
        let status: Int
        let address: String
        let body: String
    }

    private let http: HTTPClient
    /// By host and port, then by name.
    private var cookies: [String: [String: String]] = [:]

    init(http: HTTPClient) { self.http = http }

    func get(_ address: String) async throws -> Page {
        try await follow(HTTPClientRequest(url: address))
    }

    func post(_ address: String, type: String, body: [UInt8], headers: [String: String] = [:]) async throws -> Page {
        var request = HTTPClientRequest(url: address)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: type)
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        // What a browser says of a form on the same page; Bedel refuses changes without it.
        request.headers.add(name: "Origin", value: Self.origin(of: address))
        request.headers.add(name: "Sec-Fetch-Site", value: "same-origin")
        request.body = .bytes(ByteBuffer(bytes: body))
        return try await follow(request)
    }

    func send(_ method: HTTPMethod, _ address: String, json: String) async throws -> Page {
        var request = HTTPClientRequest(url: address)
        request.method = method
        request.headers.add(name: "Content-Type", value: "application/json")
        request.headers.add(name: "Accept", value: "application/json")
        request.headers.add(name: "Origin", value: Self.origin(of: address))
        request.headers.add(name: "Sec-Fetch-Site", value: "same-origin")
        request.body = .bytes(ByteBuffer(string: json))
        return try await follow(request)
    }

    /// Goes through the provider's own pages, as somebody at a keyboard would.
    func signIn(_ person: Person, at base: String) async throws {
        var page = try await get(base + "/login")
        for (field, value) in [("login", person.login), ("password", person.password)] {
            guard var form = HTMLForm(in: page.body, with: field) else { break }
            form.fill(field, with: value)
            let address = form.action.isEmpty ? page.address : Self.resolve(form.action, from: page.address)
            page = try await post(
                address, type: "application/x-www-form-urlencoded", body: Array(form.encoded.utf8))
        }
        guard page.address.hasPrefix(base), page.status == 200 else {
            throw BedelError(
                .signInFailed, "\(person.login) could not sign in.",
                next: "Look at the provider's log in the demo's state.", detail: "\(page.status) at \(page.address)")
        }
    }

    private func follow(_ first: HTTPClientRequest) async throws -> Page {
        var request = first
        for _ in 0..<12 {
            let key = Self.origin(of: request.url)
            if let jar = cookies[key], !jar.isEmpty {
                let value = jar.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "; ")
                request.headers.replaceOrAdd(name: "Cookie", value: value)
            }
            let response = try await http.execute(request, timeout: .seconds(60))
            remember(response.headers["Set-Cookie"], of: key)
            let body = try await response.body.collect(upTo: 8 << 20)
            guard (301...308).contains(Int(response.status.code)), let next = response.headers.first(name: "Location")
            else {
                return Page(status: Int(response.status.code), address: request.url, body: String(buffer: body))
            }
            request = HTTPClientRequest(url: Self.resolve(next, from: request.url))
        }
        throw BedelError(.invalidRequest, "Too many redirects.", detail: first.url)
    }

    private func remember(_ lines: [String], of key: String) {
        for line in lines {
            let pair = line.prefix(while: { $0 != ";" }).split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2 else { continue }
            let gone = pair[1].isEmpty || line.lowercased().contains("max-age=0")
            cookies[key, default: [:]][String(pair[0])] = gone ? nil : String(pair[1])
        }
    }

    private static func origin(of address: String) -> String {
        let parts = address.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        return parts.prefix(3).joined(separator: "/").split(separator: "?").first.map(String.init) ?? address
    }

    private static func resolve(_ link: String, from address: String) -> String {
        if link.contains("://") { return link }
        if link.hasPrefix("/") { return origin(of: address) + link }
        let path = address.prefix(while: { $0 != "?" })
        return String(path[...(path.lastIndex(of: "/") ?? path.startIndex)]) + link
    }
}
