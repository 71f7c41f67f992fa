import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Testing

@testable import BedelIdentity

/// Fills in Canaille's two pages, name and password, as a browser with cookies does.
struct LoginForm: ~Copyable {
    let client: HTTPClient
    private var cookies: [String: String] = [:]

    init(client: HTTPClient) { self.client = client }

    /// - Returns: the query with which the browser comes back to us.
    mutating func signIn(_ address: String, login: String, password: String) async throws -> String {
        let origin = String(address.split(separator: "/", maxSplits: 3)[..<2].joined(separator: "//"))
        var page = try await follow(address, origin: origin, form: nil)
        page = try await follow(
            page.address, origin: origin, form: [("csrf_token", token(in: page.body)), ("login", login)])
        page = try await follow(
            page.address, origin: origin, form: [("csrf_token", token(in: page.body)), ("password", password)])
        let query = page.address.split(separator: "?", maxSplits: 1)
        try #require(page.address.hasPrefix("http://localhost:8080/login/callback?"), "it ended at \(page.address)")
        return String(query[1])
    }

    /// Goes on until a page is shown or the way leads out of the provider; at most ten steps.
    private mutating func follow(
        _ address: String, origin: String, form: [(String, String)]?
    ) async throws -> (address: String, body: String) {
        var address = address
        var form = form
        for _ in 0..<10 {
            guard address.hasPrefix(origin + "/") else { return (address, "") }
            let response = try await send(address, form: form)
            for header in response.headers["set-cookie"] {
                let pair = header.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1)
                if pair.count == 2 { cookies[String(pair[0])] = String(pair[1]) }
            }
            guard let location = response.headers.first(name: "location") else {
                return (address, String(buffer: try await response.body.collect(upTo: 1 << 20)))
            }
            address = location.hasPrefix("/") ? origin + location : location
            form = nil
        }
        Issue.record("the provider sends in circles")
        return (address, "")
    }

    private func send(_ address: String, form: [(String, String)]?) async throws -> HTTPClientResponse {
        var request = HTTPClientRequest(url: address)
        request.headers.add(name: "cookie", value: cookies.map { "\($0)=\($1)" }.joined(separator: "; "))
        if let form {
            request.method = .POST
            request.headers.add(name: "referer", value: address)
            request.headers.add(name: "content-type", value: "application/x-www-form-urlencoded")
            request.body = .bytes(Array(FormEncoding.encode(form).utf8))
        }
        return try await client.execute(request, timeout: .seconds(30))
    }

    private func token(in page: String) -> String {
        guard let field = page.firstRange(of: #"name="csrf_token" value=""#) else { return "" }
        return String(page[field.upperBound...].prefix { $0 != "\"" })
    }
}
