import BedelDomain
import NIOCore
import Synchronization
import Testing

@testable import BedelGateway

@Suite("Limits at the door")
struct LimitTests {
    private static let base = TestGateway.base

    private static func predict(_ token: String? = "alice", profile: String = "ml-2026", body: String = "hi") -> String
    {
        let authorization = token.map { "Authorization: Bearer \($0)\r\n" } ?? ""
        return "POST /seldon/\(profile)/digits/api HTTP/1.1\r\nHost: \(base)\r\n\(authorization)"
            + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    /// Without a body.
    private static let read =
        "GET /seldon/ml-2026/digits/api HTTP/1.1\r\nHost: \(base)\r\nAuthorization: Bearer alice\r\n\r\n"

    private func limited(_ reason: LimitReason, _ gateway: TestGateway) async throws -> Int {
        try await gateway.metric("bedel_gateway_limited_total{reason=\"\(reason.rawValue)\"}")
    }

    /// A client on one connection stays on one event loop.
    private func statuses(_ request: String, count: Int, _ gateway: TestGateway) async throws -> [Int] {
        try await RawClient.with(port: gateway.ports.gateway) { client in
            var statuses: [Int] = []
            for _ in 0..<count {
                try await client.send(request)
                statuses.append(try await client.response()?.status ?? 0)
            }
            return statuses
        }
    }

    @Test func tooManyRequestsOfOnePersonAre429() async throws {
        let adjust: (inout GatewayConfiguration) -> Void = {
            $0.fairUse.user = RequestRate(perSecond: 0.001, burst: 5)
        }
        try await Upstream.with { upstream, address in
            try await TestGateway.with(TestGateway.everything(at: address), adjust: adjust) { gateway in
                let statuses = try await statuses(Self.read, count: 8, gateway)
                #expect(statuses == [200, 200, 200, 200, 200, 429, 429, 429])
                let answer = try await gateway.ask(Self.predict("teacher"))
                #expect(answer?.status == 200, "others have their own")
                #expect(upstream.seen.count == 6)
                #expect(try await limited(.userRate, gateway) == 3)
            }
        }
    }

    @Test func quotaOfAProfileHoldsForEverybodyInItAndChangesAtOnce() async throws {
        try await Upstream.with { _, address in
            let snapshot = { (quota: RequestQuota) in
                TestGateway.everything(at: address, requestQuotas: [People.course: quota])
            }
            // 0 lets nothing through, so that no clock is in the test.
            try await TestGateway.with(snapshot(RequestQuota(members: [TestGateway.alice.user: 0]))) { gateway in
                #expect(try await statuses(Self.read, count: 2, gateway) == [429, 429])
                #expect(try await gateway.ask(Self.predict("teacher"))?.status == 200)
                #expect(try await limited(.memberQuota, gateway) == 2)
                await gateway.gateway.publish(snapshot(RequestQuota(profile: 0)))
                let refusal = try await gateway.ask(Self.predict("teacher"))
                #expect(refusal?.status == 429 && refusal?.values("Retry-After") == ["60"])
                await gateway.gateway.publish(
                    snapshot(RequestQuota(profile: 1000, everyMember: 0, members: [TestGateway.alice.user: 1000])))
                #expect(try await gateway.ask(Self.predict("teacher"))?.status == 429)
                #expect(try await statuses(Self.read, count: 3, gateway) == [200, 200, 200])
                await gateway.gateway.publish(snapshot(RequestQuota()))
                #expect(try await gateway.ask(Self.predict("teacher"))?.status == 200)
            }
        }
    }

    @Test func refusalSaysWhenToComeBack() async throws {
        let adjust: (inout GatewayConfiguration) -> Void = {
            $0.fairUse.address = RequestRate(perSecond: 0.1, burst: 1)
        }
        try await Upstream.with { _, address in
            try await TestGateway.with(TestGateway.everything(at: address), adjust: adjust) { gateway in
                let get = "GET / HTTP/1.1\r\nHost: \(Self.base)\r\n\r\n"
                let answer = try await RawClient.with(port: gateway.ports.gateway) { client in
                    try await client.send(get + get)
                    _ = try await client.response()
                    return try await client.response()
                }
                #expect(answer?.status == 429)
                let seconds = (answer?.values("Retry-After").first).flatMap { Int($0) } ?? 0
                #expect((1...10).contains(seconds))
                #expect(answer?.values("Content-Type") == ["application/problem+json"])
                #expect(answer?.text.contains("/problems/too-many-requests") ?? false)
            }
        }
    }

    @Test func eventLoopsCountTogether() async throws {
        let adjust: (inout GatewayConfiguration) -> Void = {
            $0.fairUse.user = RequestRate(perSecond: 0.001, burst: 4)
            $0.timeOuts.turn = .milliseconds(40)
        }
        try await Upstream.with { _, address in
            try await TestGateway.with(TestGateway.everything(at: address), adjust: adjust) { gateway in
                // Connections are dealt out to the loops in turn; each would let four through by itself.
                var refused = 0
                for _ in 0..<10_000 where refused < 20 {
                    let status = try await gateway.ask(Self.read)?.status
                    refused = status == 429 ? refused + 1 : 0
                }
                #expect(refused == 20, "no loop lets anything through any more")
            }
        }
    }

    @Test func tooLargeBodiesAre413BeforeAnUpstreamSeesThem() async throws {
        let adjust: (inout GatewayConfiguration) -> Void = { $0.fairUse.modelBody = 10 }
        try await Upstream.with { upstream, address in
            try await TestGateway.with(TestGateway.everything(at: address), adjust: adjust) { gateway in
                let fits = try await gateway.ask(Self.predict(body: "0123456789"))
                #expect(fits?.status == 200)
                let declared = try await gateway.ask(Self.predict(body: "0123456789a"))
                #expect(declared?.status == 413)
                #expect(upstream.seen.count == 1)
                let chunked = try await gateway.ask(
                    "POST /seldon/ml-2026/digits/api HTTP/1.1\r\nHost: \(Self.base)\r\nAuthorization: Bearer alice\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n6\r\n012345\r\n6\r\n678901\r\n0\r\n\r\n")
                #expect(chunked?.status == 413, "counted as it comes")
                #expect(upstream.seen.count == 1, "and never made whole")
                #expect(try await limited(.bodySize, gateway) == 2)
                let console = try await gateway.ask(
                    "POST / HTTP/1.1\r\nHost: \(Self.base)\r\nContent-Length: 11\r\n\r\n0123456789a")
                #expect(console?.status == 200, "the console has limits of its own")
            }
        }
    }

    @Test func headersThatAreTooLargeAre431AndCounted() async throws {
        try await TestGateway.with(nil) { gateway in
            let field = "X-Long: " + String(repeating: "a", count: 70_000)
            let answer = try await gateway.ask("GET / HTTP/1.1\r\nHost: \(Self.base)\r\n\(field)\r\n\r\n")
            #expect(answer?.status == 431)
            #expect(try await limited(.headerSize, gateway) == 1)
        }
    }

    @Test func connectionsOfOneAddressAreCounted() async throws {
        try await TestGateway.with(nil, adjust: { $0.limits.connectionsPerAddress = 1 }) { gateway in
            try await RawClient.with(port: gateway.ports.gateway) { first in
                try await first.send("GET / HTTP/1.1\r\nHost: \(Self.base)\r\n\r\n")
                _ = try await first.response()
                let second = try? await gateway.ask("GET / HTTP/1.1\r\nHost: \(Self.base)\r\n\r\n")
                #expect(second == nil)
            }
            #expect(try await limited(.connections, gateway) == 1)
        }
    }

    // MARK: Fairness over real sockets

    private static func twoCourses(at address: Instance.Address) -> GatewaySnapshot {
        GatewaySnapshot(
            console: address,
            endpoints: [
                TestGateway.endpoint("digits", at: address),
                .init(
                    profile: People.otherCourse, model: Label("digits")!, owner: nil, state: .ready, address: address),
            ], profiles: [People.course, People.otherCourse])
    }

    /// Thirty requests of one course are there before the only one of the other comes; with one place on each event
    /// loop it is among the next of its own loop to be served, not the thirty-first. Loops do not wait for each other, so
    /// that others may have got further meanwhile.
    @Test func oneClassDoesNotStarveAnother() async throws {
        let turnstile = Turnstile()
        let adjust: (inout GatewayConfiguration) -> Void = { $0.fairUse.atOnce = 1 }
        try await Upstream.with(turnstile.behaviour) { _, address in
            try await TestGateway.with(Self.twoCourses(at: address), adjust: adjust) { gateway in
                let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                    for _ in 0..<30 {
                        group.addTask { try await gateway.ask(Self.predict("teacher"))?.status ?? 0 }
                    }
                    try await gateway.waitUntil(28, "bedel_gateway_waiting_requests")
                    group.addTask { try await gateway.ask(Self.predict("other", profile: "stats-1"))?.status ?? 0 }
                    try await gateway.waitUntil(29, "bedel_gateway_waiting_requests")
                    for _ in 0..<31 { turnstile.permit.yield() }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(statuses == Array(repeating: 200, count: 31))
                let place = turnstile.asked.firstIndex(of: "stats-1") ?? 31
                #expect(place < 15, "it was number \(place) of 31")
            }
        }
    }

    @Test func lineIsBoundedAndSoIsTheWait() async throws {
        let turnstile = Turnstile()
        let adjust: (inout GatewayConfiguration) -> Void = {
            $0.fairUse.atOncePerProfile = 1
            $0.fairUse.waitingPerProfile = 1
            $0.timeOuts.turn = .milliseconds(200)
        }
        try await Upstream.with(turnstile.behaviour) { _, address in
            try await TestGateway.with(TestGateway.everything(at: address), adjust: adjust) { gateway in
                let answers = try await withThrowingTaskGroup(of: RawClient.Response?.self) { group in
                    let loops = System.coreCount
                    for _ in 0..<(loops * 4) { group.addTask { try await gateway.ask(Self.read) } }
                    var refused: [RawClient.Response?] = []
                    // Each loop has one place and one who waits; the others are turned away at once.
                    while refused.count < loops * 2 { refused.append(try await group.next() ?? nil) }
                    for _ in 0..<(loops * 4) { turnstile.permit.yield() }
                    for try await _ in group {}
                    return refused
                }
                for answer in answers {
                    #expect(answer?.status == 503)
                    #expect(answer?.values("Retry-After") == ["5"])
                }
                let turnedAway = try await limited(.queueFull, gateway)
                let inVain = try await limited(.queueTime, gateway)
                #expect(turnedAway + inVain >= answers.count)
            }
        }
    }

    /// A stream of events is open for hours; it keeps nobody waiting.
    @Test func openStreamsHoldNoPlace() async throws {
        let streams: Upstream.Behaviour = { bytes, outbound, _ in
            var reader = RequestsIn()
            while try await reader.next(&bytes) != nil {
                try await outbound.write(
                    ByteBuffer(string: "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n"))
            }
        }
        try await Upstream.with(streams) { _, address in
            let adjust: (inout GatewayConfiguration) -> Void = { $0.fairUse.atOnce = 1 }
            try await TestGateway.with(TestGateway.everything(at: address), adjust: adjust) { gateway in
                let request = "GET / HTTP/1.1\r\nHost: lab--ml-2026.\(Self.base)\r\nAuthorization: Bearer alice\r\n\r\n"
                await withThrowingTaskGroup(of: Void.self) { group in
                    let (opened, open) = AsyncStream.makeStream(of: Void.self)
                    for _ in 0..<6 {
                        group.addTask {
                            try await RawClient.with(port: gateway.ports.gateway) { client in
                                try await client.send(request)
                                _ = try await client.more()
                                open.yield()
                                while try await client.more() != nil {}
                            }
                        }
                    }
                    var count = 0
                    for await _ in opened {
                        count += 1
                        if count == 6 { break }
                    }
                    #expect(count == 6)
                    group.cancelAll()
                }
            }
        }
    }
}
