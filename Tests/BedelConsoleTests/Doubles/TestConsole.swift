import BedelDomain
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Synchronization

@testable import BedelConsole

/// A console over a ``House``, asked without sockets.
struct TestConsole {
    let house: House
    let console: Console

    static let repository = #filePath.split(separator: "/").dropLast(4).reduce("") { "\($0)/\($1)" }
    static let providers = [
        ConsoleConfiguration.SignInProvider(issuer: "https://id.example", name: "Canaille"),
        ConsoleConfiguration.SignInProvider(issuer: "https://sso.example/realms/lab", name: "Keycloak & friends"),
    ]
    static let base = "http://bedel.test:8080"

    /// - Parameter policies: beside those that are shipped.
    init(
        _ course: Course = Course(), policies: String = "",
        listener: ConsoleConfiguration.Listener = .tcp(host: "127.0.0.1", port: 0), providers: Int = 1
    ) throws {
        house = try House(course, policies: policies)
        var logger = Logger(label: "console")
        logger.logLevel = .critical
        console = try Console(
            configuration: ConsoleConfiguration(
                listener: listener, baseURL: Self.base, isSecure: false, webDirectory: "\(Self.repository)/web",
                providers: Array(Self.providers.prefix(providers)), datasetLimit: 1 << 20, heartbeat: .seconds(600)),
            ports: house.ports,
            logger: logger)
    }

    /// One request as the gateway would pass it on.
    /// - Parameters:
    ///   - login: whose assertion it carries; see ``House/principal(_:)``.
    ///   - fromPage: whether it comes from a page of ours.
    func ask(
        _ method: HTTPRequest.Method = .get, _ uri: String, as login: String? = nil, fromPage: Bool = true,
        headers: HTTPFields = [:], body: String? = nil
    ) async throws -> TestResponse {
        var headers = headers
        if let login { headers[.assertion] = login }
        if fromPage, method != .get, headers[.secFetchSite] == nil { headers[.secFetchSite] = "same-origin" }
        if headers[.requestID] == nil { headers[.requestID] = "request-1" }
        let fields = headers
        return try await console.application().test(.router) { client in
            try await client.execute(
                uri: uri, method: method, headers: fields, body: body.map { ByteBuffer(string: $0) })
        }
    }

    func form(_ uri: String, as login: String, _ fields: String) async throws -> TestResponse {
        try await ask(.post, uri, as: login, headers: [.contentType: "application/x-www-form-urlencoded"], body: fields)
    }

    var calls: [String] { house.calls.withLock { $0 } }
}

extension TestResponse {
    var text: String { String(buffer: body) }
}
