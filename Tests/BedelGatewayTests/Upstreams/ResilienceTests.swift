import BedelDomain
import NIOCore
import Testing

@testable import BedelGateway

@Suite("Upstreams in trouble")
struct ResilienceTests {
    private static let base = TestGateway.base
    private static let nobody = Instance.Address.tcp(host: "127.0.0.1", port: 1)

    private static func request(_ method: String, at host: String = "lab--ml-2026.\(base)", fields: String = "")
        -> String
    {
        "\(method) /x HTTP/1.1\r\nHost: \(host)\r\nAuthorization: Bearer alice\r\n\(fields)\r\n"
    }

    private static func lab(_ addresses: [Instance.Address], health: String? = nil) -> GatewaySnapshot {
        guard case .tcp(let host, let port) = addresses[0] else { preconditionFailure("TCP only") }
        let service = ServiceDefinition(
            name: Label("lab")!, profile: People.course, title: "Lab", host: host, port: port,
            replicas: Array(addresses.dropFirst()), healthPath: health)
        return GatewaySnapshot(console: nobody, services: [service], profiles: [People.course])
    }

    private static func tireless(_ configuration: inout GatewayConfiguration) {
        configuration.upstreams.failuresToOpen = 1000
        configuration.upstreams.retryReserve = 1000
    }

    private func limited(_ reason: String, _ gateway: TestGateway) async throws -> Int {
        try await gateway.metric("bedel_gateway_limited_total{reason=\"\(reason)\"}")
    }

    @Test func replicasShareTheWork() async throws {
        try await Upstream.with { first, a in
            try await Upstream.with { second, b in
                try await TestGateway.with(Self.lab([a, b])) { gateway in
                    for _ in 0..<60 {
                        let answer = try await gateway.ask(Self.request("GET"))
                        #expect(answer?.status == 200)
                    }
                    #expect(first.seen.count > 5 && second.seen.count > 5)
                }
            }
        }
    }

    /// Nothing of the request has left when there is no connection, so even a POST may go elsewhere.
    @Test(arguments: ["GET", "POST"])
    func replicaThatIsGoneCostsNobodyAnything(_ method: String) async throws {
        let body = method == "POST" ? "Content-Length: 2\r\n" : ""
        try await Upstream.with { upstream, address in
            let adjust: (inout GatewayConfiguration) -> Void = { $0.upstreams.firstPause = .seconds(600) }
            try await TestGateway.with(Self.lab([Self.nobody, address]), adjust: adjust) { gateway in
                for _ in 0..<40 {
                    let sent = Self.request(method, fields: body) + (body.isEmpty ? "" : "hi")
                    let answer = try await gateway.ask(sent)
                    #expect(answer?.status == 200)
                }
                #expect(upstream.seen.count == 40)
                #expect(try await gateway.metric("bedel_gateway_retries_total") <= 12, "then it is left alone")
            }
        }
    }

    /// The first replica reads each request and hangs up: what is idempotent goes to the second, a POST does not.
    @Test func onlyIdempotentRequestsAreSentTwice() async throws {
        let hangsUp: Upstream.Behaviour = { bytes, _, upstream in
            var reader = RequestsIn()
            if let request = try await reader.next(&bytes) { upstream.note(request) }
        }
        try await Upstream.with(hangsUp) { bad, a in
            try await Upstream.with { good, b in
                try await TestGateway.with(Self.lab([a, b]), adjust: Self.tireless) {
                    gateway in
                    for _ in 0..<20 {
                        let answer = try await gateway.ask(Self.request("GET"))
                        #expect(answer?.status == 200)
                    }
                    let before = bad.seen.count
                    #expect(before > 0)
                    var statuses: Set<Int> = []
                    for _ in 0..<20 {
                        let post = Self.request("POST", fields: "Content-Length: 2\r\n") + "hi"
                        statuses.insert(try await gateway.ask(post)?.status ?? 0)
                    }
                    #expect(statuses == [200, 502])
                    let posts = (bad.seen + good.seen).count { $0.line.hasPrefix("POST") }
                    #expect(posts == 20, "each was sent once")
                }
            }
        }
    }

    @Test func retriesStayWithinTheBudget() async throws {
        let adjust: (inout GatewayConfiguration) -> Void = {
            $0.upstreams.failuresToOpen = 100_000
            $0.upstreams.retryReserve = 3
            $0.upstreams.retryWindow = .seconds(600)
        }
        try await TestGateway.with(Self.lab([Self.nobody, .tcp(host: "127.0.0.1", port: 2)]), adjust: adjust) {
            gateway in
            try await RawClient.with(port: gateway.ports.gateway) { client in
                for _ in 0..<100 {
                    try await client.send(Self.request("GET"))
                    #expect(try await client.response()?.status == 502)
                }
            }
            let retries = try await gateway.metric("bedel_gateway_retries_total")
            #expect((15...20).contains(retries), "a fifth of 100, not \(retries)")
        }
    }

    @Test func breakerAnswersForAnUpstreamThatFailsAndLetsItBackIn() async throws {
        let adjust: (inout GatewayConfiguration) -> Void = { $0.upstreams.firstPause = .seconds(3) }
        try await TestGateway.with(Self.lab([Self.nobody]), adjust: adjust) { gateway in
            try await RawClient.with(port: gateway.ports.gateway) { client in
                for _ in 0..<5 {
                    try await client.send(Self.request("GET"))
                    #expect(try await client.response()?.status == 502)
                }
                try await client.send(Self.request("GET"))
                let shut = try await client.response()
                #expect(shut?.status == 503)
                #expect(shut?.values("Content-Type") == ["application/problem+json"])
                #expect((shut?.values("Retry-After").first).flatMap { Int($0) } ?? 0 >= 1)
                #expect(try await limited("breaker", gateway) >= 1)
                #expect(try await gateway.metric("bedel_gateway_shut_replicas") == 1)
                // The pause is over when it is asked again instead of answered for.
                var status = 503
                for _ in 0..<10_000 where status == 503 {
                    try await client.send(Self.request("GET"))
                    status = try await client.response()?.status ?? 0
                }
                #expect(status == 502)
            }
        }
    }

    /// A service that answers 502 of its own accord (a data source behind it is away) is not shut.
    @Test func answersOfTheOnlyReplicaAreItsOwn() async throws {
        let bad = Upstream.responding { _ in "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n" }
        try await Upstream.with(bad) { upstream, address in
            try await TestGateway.with(Self.lab([address])) { gateway in
                for _ in 0..<20 {
                    let answer = try await gateway.ask(Self.request("GET"))
                    #expect(answer?.status == 502)
                }
                #expect(upstream.seen.count == 20)
            }
        }
    }

    @Test func replicaThatCannotServeIsLeftAlone() async throws {
        let bad = Upstream.responding { _ in "HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n" }
        try await Upstream.with(bad) { ill, a in
            try await Upstream.with { well, b in
                try await TestGateway.with(Self.lab([a, b]), adjust: { $0.upstreams.firstPause = .seconds(600) }) {
                    gateway in
                    for _ in 0..<100 { _ = try await gateway.ask(Self.request("GET")) }
                    // Each event loop finds out for itself.
                    #expect(ill.seen.count <= 5 * System.coreCount)
                    #expect(well.seen.count >= 100 - 5 * System.coreCount)
                }
            }
        }
    }

    @Test func healthCheckFindsOutBeforeAnybodyIsHurt() async throws {
        let ill = Upstream.responding { seen in
            seen.line.contains("/health")
                ? "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n" : "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nill"
        }
        try await Upstream.with(ill) { _, a in
            try await Upstream.with(Upstream.answering("\"well\"")) { well, b in
                let adjust: (inout GatewayConfiguration) -> Void = { $0.upstreams.healthInterval = .milliseconds(20) }
                try await TestGateway.with(Self.lab([a, b], health: "/health"), adjust: adjust) { gateway in
                    var inARow = 0
                    for _ in 0..<20_000 where inARow < 40 {
                        inARow = try await gateway.ask(Self.request("GET"))?.text == "\"well\"" ? inARow + 1 : 0
                    }
                    #expect(inARow == 40, "by chance once in a million million times")
                    let asked = well.seen.first { $0.line == "GET /health HTTP/1.1" }
                    #expect(asked?.values("X-Bedel-User") == [], "nobody's name goes along")
                }
            }
        }
    }

    // MARK: Maintenance

    @Test(arguments: ["everything", "ml-2026", "lab--ml-2026"])
    func closedIsSaidInWords(_ subject: String) async throws {
        try await Upstream.with { upstream, address in
            guard case .tcp(let host, let port) = address else { return }
            let service = ServiceDefinition(
                name: Label("lab")!, profile: People.course, title: "Lab", host: host, port: port)
            let snapshot = GatewaySnapshot(
                console: address, services: [service], profiles: [People.course],
                maintenance: [subject: Maintenance(message: "New disks <b>until two</b>")])
            try await TestGateway.with(snapshot) { gateway in
                let program = try await gateway.ask(Self.request("GET"))
                #expect(program?.status == 503)
                #expect(program?.values("Retry-After") == ["120"])
                #expect(program?.text.contains("New disks <b>until two</b>") ?? false)
                let browser = try await gateway.ask(Self.request("GET", fields: "Accept: text/html\r\n"))
                #expect(browser?.text.contains("New disks &lt;b&gt;until two&lt;/b&gt;") ?? false)
                #expect(browser?.text.contains("lang=\"es\"") ?? false)
                #expect(upstream.seen.isEmpty)
                #expect(try await gateway.ask(Self.request("GET", at: Self.base))?.status == 200, "not the console")
            }
        }
    }

    // MARK: Sleep

    private static let predict =
        "POST /seldon/ml-2026/digits/api HTTP/1.1\r\nHost: \(base)\r\n"
        + "Authorization: Bearer alice\r\nContent-Length: 2\r\n\r\nhi"

    private static let patient: @Sendable (inout GatewayConfiguration) -> Void = { $0.timeOuts.wakeUp = .seconds(20) }

    private static let ask =
        "GET /seldon/ml-2026/digits/api HTTP/1.1\r\nHost: \(base)\r\nAuthorization: Bearer alice\r\n\r\n"

    private static func digits(_ state: Instance.State, at address: Instance.Address? = nil) -> GatewaySnapshot {
        GatewaySnapshot(
            console: nobody, endpoints: [TestGateway.endpoint("digits", at: address, state: state)],
            profiles: [People.course])
    }

    @Test func requestWakesAModelAndWaitsForIt() async throws {
        try await Upstream.with { upstream, address in
            let waker = BellWaker()
            try await TestGateway.with(Self.digits(.stopped), adjust: Self.patient, waker: waker) { gateway in
                let answer = try await RawClient.with(port: gateway.ports.gateway) { client in
                    try await client.send(Self.predict)
                    for await _ in waker.rings { break }
                    await gateway.gateway.publish(Self.digits(.starting))
                    await gateway.gateway.publish(Self.digits(.ready, at: address))
                    return try await client.response()
                }
                #expect(answer?.status == 200)
                #expect(upstream.seen.first?.body == Array("hi".utf8))
            }
        }
    }

    @Test func callOfAModelThatRunsIsTold() async throws {
        try await Upstream.with { _, address in
            let waker = BellWaker()
            try await TestGateway.with(Self.digits(.ready, at: address), waker: waker) { gateway in
                let answer = try await gateway.ask(Self.predict)
                #expect(answer?.status == 200)
            }
            waker.close()
            let told = await waker.rings.reduce(into: []) { $0.append($1) }
            #expect(told.map(\.rawValue) == ["digits"])
        }
    }

    @Test func modelThatFailsToStartIsSaidAtOnce() async throws {
        let waker = BellWaker()
        try await TestGateway.with(Self.digits(.stopped), adjust: Self.patient, waker: waker) { gateway in
            let answer = try await RawClient.with(port: gateway.ports.gateway) { client in
                try await client.send(Self.predict)
                for await _ in waker.rings { break }
                await gateway.gateway.publish(Self.digits(.failed))
                return try await client.response()
            }
            #expect(answer?.status == 503)
            #expect(answer?.text.contains("failed") ?? false)
        }
    }

    @Test func waitingForAModelEnds() async throws {
        let adjust: (inout GatewayConfiguration) -> Void = { $0.timeOuts.wakeUp = .milliseconds(200) }
        try await TestGateway.with(Self.digits(.starting), adjust: adjust) { gateway in
            let answer = try await gateway.ask(Self.ask)
            #expect(answer?.status == 503)
            #expect(answer?.text.contains("/problems/model-not-ready") ?? false)
        }
    }

    @Test func onlySoManyWait() async throws {
        let adjust: (inout GatewayConfiguration) -> Void = {
            Self.patient(&$0)
            $0.upstreams.sleepers = 0
        }
        try await TestGateway.with(Self.digits(.starting), adjust: adjust) { gateway in
            let answer = try await gateway.ask(Self.ask)
            #expect(answer?.status == 503)
        }
    }
}

/// Rings when somebody wants a model awake.
final class BellWaker: ModelWaker {
    let rings: AsyncStream<Label>
    private let bell: AsyncStream<Label>.Continuation

    init() { (rings, bell) = AsyncStream.makeStream(of: Label.self) }

    func wake(_ model: Label, in profile: Label) { bell.yield(model) }

    func close() { bell.finish() }
}
