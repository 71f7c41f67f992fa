package import AsyncHTTPClient
internal import BedelDomain
internal import NIOCore
internal import NIOHTTP1

/// Talks to a provider: bounded in time and size, never led elsewhere by a redirect.
package struct ProviderHTTP: Sendable {
    static let maximumSize = 1 << 20
    private let client: HTTPClient
    private let patience: Duration

    /// - Parameter client: made with ``clientConfiguration``; whoever made it shuts it down.
    init(client: HTTPClient, patience: Duration) {
        self.client = client
        self.patience = patience
    }

    /// No redirects, no decompression (a small answer must not become a big one), few connections.
    package static var clientConfiguration: HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow, timeout: .init(connect: .seconds(5), read: .seconds(10)),
            decompression: .disabled)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 4
        return configuration
    }

    /// - Throws: ``BedelError`` `providerUnavailable` for anything but a complete answer 200.
    func get(_ address: WebAddress) async throws -> [UInt8] {
        try await get(address, accept: "application/json", bearer: nil).body
    }

    /// - Returns: the body, and its media type in lower case, without parameters.
    /// - Throws: ``BedelError`` `providerUnavailable` for anything but a complete answer 200.
    func get(_ address: WebAddress, accept: String, bearer: String?) async throws -> (body: [UInt8], type: String) {
        var request = HTTPClientRequest(url: address.text)
        request.headers.add(name: "accept", value: accept)
        if let bearer { request.headers.add(name: "authorization", value: "Bearer \(bearer)") }
        let (status, body, type) = try await send(request)
        guard status == 200 else { throw Self.unavailable("\(address) answered \(status)") }
        return (body, type)
    }

    func post(
        _ address: WebAddress, form: [(String, String)], authorization: String?
    ) async throws -> (status: Int, body: [UInt8]) {
        var request = HTTPClientRequest(url: address.text)
        request.method = .POST
        request.headers.add(name: "accept", value: "application/json")
        request.headers.add(name: "content-type", value: "application/x-www-form-urlencoded")
        if let authorization { request.headers.add(name: "authorization", value: authorization) }
        request.body = .bytes(Array(FormEncoding.encode(form).utf8))
        let (status, answer, _) = try await send(request)
        return (status, answer)
    }

    private typealias Answer = (status: Int, body: [UInt8], type: String)

    private func send(_ request: HTTPClientRequest) async throws -> Answer {
        let client = client
        let patience = patience
        do {
            // The client's own deadline ends with the response's head; a body of one byte a second must end too.
            return try await withThrowingTaskGroup(of: Answer.self) { group in
                group.addTask {
                    let response = try await client.execute(
                        request, timeout: .nanoseconds(patience.microseconds * 1000))
                    guard response.history.count <= 1 else { throw Self.unavailable("\(request.url) led elsewhere") }
                    let body = try await response.body.collect(upTo: Self.maximumSize)
                    let type = response.headers.first(name: "content-type")?.prefix { $0 != ";" && $0 != " " } ?? ""
                    return (Int(response.status.code), Array(body.readableBytesView), type.lowercased())
                }
                group.addTask {
                    try await Task.sleep(for: patience)
                    throw Self.unavailable("\(request.url) took longer than \(patience)")
                }
                defer { group.cancelAll() }
                guard let first = try await group.next() else { throw CancellationError() }
                return first
            }
        } catch let error as BedelError {
            throw error
        } catch {
            try Task.checkCancellation()
            throw Self.unavailable("\(request.url): \(String(reflecting: error))")
        }
    }

    static func unavailable(_ detail: String) -> BedelError {
        BedelError(
            .providerUnavailable, "The sign-in service does not answer as it should.",
            next: "Wait a minute and try again; whoever is signed in already can go on.", detail: detail)
    }
}
