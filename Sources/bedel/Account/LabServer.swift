import AsyncHTTPClient
import BedelDomain
import BedelIdentity
import NIOCore
import NIOHTTP1

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A Bedel server as a program of somebody's sees it.
struct LabServer: Sendable {
    static let clientID = "bedel-cli"
    let address: String
    private let client: HTTPClient

    struct Codes: Decodable, Sendable {
        let device_code: String
        let user_code: String
        let verification_uri: String
        let expires_in: Int
        let interval: Int?
    }

    struct Me: Decodable, Sendable {
        let login: String
        let name: String
        let roles: [String: String]
        let is_admin: Bool
        let scopes: [String]?
    }

    private struct Failure: Decodable { let error: String }
    private struct Grant: Decodable { let access_token: String }

    private struct Problem: Decodable {
        let detail: String
        let next: String?
    }

    /// Opens a way to the server for as long as the body takes.
    /// - Throws: `invalidRequest` for an address that is none, or one over which a token would travel in the clear.
    static func with<Result>(_ address: String, _ body: (LabServer) async throws -> Result) async throws -> Result {
        let base = try BaseAddress(address)
        guard WebAddress(base.url) != nil else {
            throw BedelError(
                .invalidRequest, "A token must not travel to \(base.url) unencrypted.", next: "Use its https address.")
        }
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: ProviderHTTP.clientConfiguration)
        let result: Swift.Result<Result, any Error>
        do { result = .success(try await body(LabServer(address: base.url, client: client))) } catch {
            result = .failure(error)
        }
        try await client.shutdown()
        return try result.get()
    }

    /// Begins a sign-in (RFC 8628, section 3.1).
    func begin(clientName: String, scopes: [String], days: Int) async throws -> Codes {
        let form = [
            ("client_id", Self.clientID), ("client_name", clientName), ("scope", scopes.joined(separator: " ")),
            ("days", String(days)),
        ]
        let (status, body) = try await post("/api/v1/oauth/device", form)
        guard status == 200, let codes = try? JSONDecoder().decode(Codes.self, from: body) else {
            throw failure(status, body)
        }
        return codes
    }

    /// Asks for the token (RFC 8628, section 3.4).
    func ask(_ codes: Codes) async -> DevicePolling.Answer {
        let form = [
            ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"), ("device_code", codes.device_code),
            ("client_id", Self.clientID),
        ]
        guard let (status, body) = try? await post("/api/v1/oauth/token", form) else { return .nothing }
        if status == 200, let grant = try? JSONDecoder().decode(Grant.self, from: body) {
            return .token(grant.access_token)
        }
        return (try? JSONDecoder().decode(Failure.self, from: body)).map { .error($0.error) } ?? .nothing
    }

    func me(_ token: String) async throws -> Me {
        var request = HTTPClientRequest(url: address + "/api/v1/me")
        request.headers.add(name: "authorization", value: "Bearer \(token)")
        let (status, body) = try await send(request)
        guard status == 200, let me = try? JSONDecoder().decode(Me.self, from: body) else {
            throw failure(status, body)
        }
        return me
    }

    /// Gives a token up (RFC 7009).
    func surrender(_ token: String) async throws {
        let (status, body) = try await post("/api/v1/oauth/revoke", [("token", token)])
        guard status == 200 else { throw failure(status, body) }
    }

    private func post(_ path: String, _ form: [(String, String)]) async throws -> (status: Int, body: Data) {
        var request = HTTPClientRequest(url: address + path)
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/x-www-form-urlencoded")
        request.body = .bytes(ByteBuffer(string: FormEncoding.encode(form)))
        return try await send(request)
    }

    private func send(_ request: HTTPClientRequest) async throws -> (status: Int, body: Data) {
        do {
            let response = try await client.execute(request, timeout: .seconds(20))
            let body = try await response.body.collect(upTo: 1 << 20)
            return (Int(response.status.code), Data(body.readableBytesView))
        } catch {
            throw BedelError(
                .unavailable, "\(address) does not answer.", next: "Check the address and your network.",
                detail: String(reflecting: error))
        }
    }

    private func failure(_ status: Int, _ body: Data) -> BedelError {
        if let problem = try? JSONDecoder().decode(Problem.self, from: body) {
            return BedelError(.invalidRequest, problem.detail, next: problem.next ?? "")
        }
        return BedelError(
            .unavailable, "\(address) answered \(status), which is not what a Bedel server says.",
            next: "Check the address.")
    }
}
