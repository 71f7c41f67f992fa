import BedelDomain
import Logging
import NIOCore
import ServiceLifecycle
import Testing

@testable import BedelGateway

@Suite("Change without loss")
struct ChangeTests {
    private static let get = "GET / HTTP/1.1\r\nHost: \(TestGateway.base)\r\n\r\n"

    /// Started behind a socket in which requests wait already: they wait on, until there are routes, and get their answer.
    @Test func whoComesBeforeTheFirstSnapshotWaitsForIt() async throws {
        try await Upstream.with(Upstream.answering("\"a\"")) { _, address in
            let adjust: (inout GatewayConfiguration) -> Void = { $0.timeOuts.opening = .seconds(300) }
            try await TestGateway.with(nil, adjust: adjust) { gateway in
                try await RawClient.with(port: gateway.ports.gateway) { early in
                    try await early.send(Self.get)
                    await gateway.gateway.publish(TestGateway.everything(at: address))
                    let response = try await early.response()
                    #expect(response?.status == 200)
                    #expect(response?.text == "\"a\"")
                }
            }
        }
    }

    @Test func snapshotSwapsUnderLoadLoseNothing() async throws {
        try await Upstream.with(Upstream.answering("\"a\"")) { _, first in
            try await Upstream.with(Upstream.answering("\"b\"")) { _, second in
                try await TestGateway.with(TestGateway.everything(at: first)) { gateway in
                    let answered = try await withThrowingTaskGroup(of: Int.self) { group in
                        for _ in 0..<8 {
                            group.addTask {
                                try await RawClient.with(port: gateway.ports.gateway) { client in
                                    var good = 0
                                    for _ in 0..<200 {
                                        try await client.send(Self.get)
                                        let text = try await client.response()?.text
                                        if text == "\"a\"" || text == "\"b\"" { good += 1 }
                                    }
                                    return good
                                }
                            }
                        }
                        for turn in 0..<100 {
                            await gateway.gateway.publish(
                                TestGateway.everything(at: turn.isMultiple(of: 2) ? second : first))
                        }
                        return try await group.reduce(0, +)
                    }
                    #expect(answered == 1600)
                    await gateway.gateway.publish(TestGateway.everything(at: second))
                    #expect(try await gateway.ask(Self.get)?.text == "\"b\"")
                    await gateway.gateway.publish(TestGateway.everything(at: first))
                    #expect(try await gateway.ask(Self.get)?.text == "\"a\"")
                }
            }
        }
    }

    @Test(arguments: ["/seldon/ml-2025/digits/api", "/models/ml-2025/digits/v2"])
    func formerNameLeadsToTheSameModelAndTheSamePolicies(_ path: String) async throws {
        let ask = { (token: String) in
            "GET \(path) HTTP/1.1\r\nHost: \(TestGateway.base)\r\nAuthorization: Bearer \(token)\r\n\r\n"
        }
        try await Upstream.with { _, address in
            try await TestGateway.with(TestGateway.everything(at: address)) { gateway in
                let before = try await gateway.ask(ask("alice"))
                #expect(before?.status == 404, "nobody has that name")
                await gateway.gateway.publish(
                    TestGateway.everything(at: address, aliases: [Label("ml-2025")!: People.course]))
                let (member, stranger) = (try await gateway.ask(ask("alice")), try await gateway.ask(ask("other")))
                #expect(member?.status == 200)
                #expect(stranger?.status == 404, "a former name is no way in")
            }
        }
    }

    @Test func whatIsSuspendedOrArchivedAnswersNobody() async throws {
        let ask = "GET /seldon/ml-2026/digits/api HTTP/1.1\r\nHost: \(TestGateway.base)\r\n"
        try await Upstream.with { upstream, address in
            try await TestGateway.with(TestGateway.everything(at: address)) { gateway in
                for state in [Profile.State.suspended, .archived] {
                    await gateway.gateway.publish(
                        TestGateway.everything(at: address, states: [People.course: state]))
                    for token in ["alice", "teacher"] {
                        let answer = try await gateway.ask(ask + "Authorization: Bearer \(token)\r\n\r\n")
                        #expect(answer?.status == 409 && answer?.text.contains(state.rawValue) == true)
                    }
                    let stranger = try await gateway.ask(ask + "Authorization: Bearer other\r\n\r\n")
                    #expect(stranger?.status == 404, "who is no member does not learn it")
                }
                #expect(upstream.seen.isEmpty)
            }
        }
    }

    /// Told to stop while a request waits for its answer: the request gets it, and the door is shut.
    @Test func drainLetsRequestsFinish() async throws {
        let (starts, start) = AsyncStream.makeStream(of: Void.self)
        let (permits, permit) = AsyncStream.makeStream(of: Void.self)
        let slow: Upstream.Behaviour = { bytes, outbound, _ in
            var reader = RequestsIn()
            _ = try await reader.next(&bytes)
            start.yield()
            for await _ in permits { break }
            try await outbound.write(ByteBuffer(string: "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlast"))
        }
        try await Upstream.with(slow) { _, address in
            let gateway = Gateway(
                configuration: GatewayConfiguration(
                    listener: .init(host: "127.0.0.1", port: 0), baseAuthority: TestGateway.base, isSecure: false),
                authenticator: TokenTable([:]), authorizer: try CedarAuthorizer.forTests(),
                assertions: PlainAssertions(), denials: DenialList(), clock: SystemTime(),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            let ports = try await gateway.bind()
            await gateway.publish(TestGateway.everything(at: address))
            let services = ServiceGroup(
                services: [gateway], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await services.run() }
                try await RawClient.with(port: ports.gateway) { idle in
                    try await RawClient.with(port: ports.gateway) { busy in
                        try await busy.send(Self.get)
                        for await _ in starts { break }
                        await services.triggerGracefulShutdown()
                        // The idle connection closes by itself, while the busy one still waits.
                        #expect(try await idle.response() == nil)
                        permit.yield()
                        let response = try await busy.response()
                        #expect(response?.text == "last")
                        #expect(try await busy.response() == nil)
                    }
                }
                try await group.waitForAll()
            }
            await #expect(throws: (any Error).self) { try await RawClient.with(port: ports.gateway) { _ in } }
        }
    }

    @Test func connectionsOfOneAddressAreLimited() async throws {
        try await Upstream.with { _, address in
            try await TestGateway.with(
                TestGateway.everything(at: address), adjust: { $0.limits.connectionsPerAddress = 1 }
            ) {
                gateway in
                try await RawClient.with(port: gateway.ports.gateway) { first in
                    try await first.send(Self.get)
                    #expect(try await first.response()?.status == 200)
                    let second = try? await gateway.ask(Self.get)
                    #expect(second == nil)
                }
            }
        }
    }

    @Test func adminPortTellsHealthAndNumbers() async throws {
        try await Upstream.with { _, address in
            try await TestGateway.with(nil) { gateway in
                let admin = try #require(gateway.ports.admin)
                func ask(_ path: String) async throws -> RawClient.Response? {
                    try await RawClient.with(port: admin) { client in
                        try await client.send("GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
                        return try await client.response()
                    }
                }
                #expect(try await ask("/healthz")?.status == 200)
                #expect(try await ask("/readyz")?.status == 503)
                await gateway.gateway.publish(TestGateway.everything(at: address))
                #expect(try await ask("/readyz")?.status == 200)
                #expect(try await gateway.ask(Self.get)?.status == 200)
                let metrics = try await ask("/metrics")?.text ?? ""
                #expect(metrics.contains("bedel_gateway_requests_total{route=\"console\",status=\"200\"} 1\n"))
                #expect(metrics.contains("bedel_gateway_request_seconds_count{route=\"console\"} 1\n"))
                #expect(try await ask("/nothing")?.status == 404)
            }
        }
    }
}
