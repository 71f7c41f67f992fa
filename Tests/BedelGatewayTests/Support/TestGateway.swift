import BedelDomain
import Logging
import NIOCore
import Testing

@testable import BedelGateway

/// A gateway on free ports with people and rules made for tests: base `bedel.test:8080`.
struct TestGateway: Sendable {
    let gateway: Gateway
    let ports: Gateway.Ports
    let tokens: TokenTable
    let denials: DenialList

    static let base = "bedel.test:8080"
    static let alice = People.principal("alice", [People.course: .student])
    static let teacher = People.principal("tea", [People.course: .teacher])
    static let browser = People.session("bea", [People.course: .student])

    /// Runs until `body` returns.
    static func with<Result: Sendable>(
        _ snapshot: GatewaySnapshot?, adjust: (inout GatewayConfiguration) -> Void = { _ in },
        waker: (any ModelWaker)? = nil, spans: (any SpanSink)? = nil, _ body: (TestGateway) async throws -> Result
    ) async throws -> Result {
        var configuration = GatewayConfiguration(
            listener: .init(host: "127.0.0.1", port: 0), admin: .init(host: "127.0.0.1", port: 0), baseAuthority: base,
            isSecure: false)
        configuration.timeOuts.wakeUp = .zero
        // A test's own client may be kept waiting by two hundred other tests.
        configuration.timeOuts.header = .seconds(60)
        configuration.timeOuts.turn = .seconds(60)
        if snapshot == nil { configuration.timeOuts.opening = .zero }
        adjust(&configuration)
        var credentials: [Credential: Principal] = [
            .bearer("other"): People.principal("oli", [People.otherCourse: .teacher]),
            .bearer("alice"): alice, .bearer("teacher"): teacher, .basic(user: "git", password: "alice"): alice,
        ]
        let hosts = ["ml-2026", "lab--ml-2026", "keys--ml-2026", "vault--ml-2026"].map { "\($0).\(base)" }
        for host in [base] + hosts {
            credentials[.cookie("bea", host: host)] = browser
        }
        let tokens = TokenTable(credentials)
        let denials = DenialList()
        let gateway = Gateway(
            configuration: configuration, authenticator: tokens, authorizer: try CedarAuthorizer.forTests(),
            assertions: PlainAssertions(), denials: denials, clock: SystemTime(),
            waker: waker,
            logger: Logger(label: "test") { _ in
                SwiftLogNoOpLogHandler()
            }, spans: spans)
        let ports = try await gateway.bind()
        if let snapshot { await gateway.publish(snapshot) }
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await gateway.run() }
            let result = try await body(
                TestGateway(gateway: gateway, ports: ports, tokens: tokens, denials: denials))
            group.cancelAll()
            return result
        }
    }

    /// One request on a connection of its own.
    func ask(_ request: String, toHead: Bool = false) async throws -> RawClient.Response? {
        try await RawClient.with(port: ports.gateway) { client in
            try await client.send(request)
            return try await client.response(toHead: toHead)
        }
    }

    /// A number from the admin port, over a connection of its own.
    /// Asks for as long as it takes, which is not long.
    func waitUntil(_ count: Int, _ name: String) async throws {
        for _ in 0..<100_000 {
            if try await metric(name) >= count { return }
        }
        Issue.record("\(name) never came to \(count)")
    }

    func metric(_ name: String) async throws -> Int {
        try await RawClient.with(port: ports.admin ?? 0) { client in
            try await client.send("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
            let lines = try await client.response()?.text.split(separator: "\n") ?? []
            return lines.first { $0.hasPrefix("\(name) ") }.flatMap { Int($0.dropFirst(name.utf8.count + 1)) } ?? -1
        }
    }

    static func endpoint(
        _ model: String, at address: Instance.Address?, owner: User.ID? = alice.user, state: Instance.State = .ready
    ) -> GatewaySnapshot.Endpoint {
        .init(profile: People.course, model: Label(model)!, owner: owner, state: state, address: address)
    }

    static func service(
        _ name: String, at address: Instance.Address, passesAuthorization: Bool = false,
        transport: UpstreamTransport = .plain
    ) -> ServiceDefinition? {
        guard case .tcp(let host, let port) = address else { return nil }
        return ServiceDefinition(
            name: Label(name)!, profile: People.course, title: name, host: host, port: port,
            identityHeaders: [.user: "X-Lab-User", .groups: "X-Lab-Groups"], passesAuthorization: passesAuthorization,
            transport: transport)
    }

    /// A snapshot in which everything leads to one upstream; services only when it is called over TCP.
    static func everything(
        at address: Instance.Address, requestQuotas: [Label: RequestQuota] = [:],
        aliases: [Label: Label] = [:], states: [Label: Profile.State] = [:]
    ) -> GatewaySnapshot {
        GatewaySnapshot(
            console: address,
            endpoints: [
                endpoint("digits", at: address), endpoint("sleepy", at: nil, state: .starting),
                endpoint("others", at: address, owner: teacher.user),
            ],
            services: [
                service("lab", at: address), service("keys", at: address, passesAuthorization: true),
                service("vault", at: address),
            ].compactMap(\.self),
            profiles: [People.course, People.otherCourse], aliases: aliases, requestQuotas: requestQuotas,
            states: states)
    }
}
