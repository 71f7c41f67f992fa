import BedelDomain
import NIOCore
import NIOSSL
import Testing

@testable import BedelGateway

/// Clients that take their time, or stop: what they are owed, and what they may not keep from others.
@Suite("Slow clients")
struct SlowClientTests {
    private static let base = TestGateway.base
    private static let get = "GET /big HTTP/1.1\r\nHost: \(base)\r\n"
    private static let size = 8 * 1024 * 1024

    private static func big(_ size: Int = size, _ permits: AsyncStream<Void>? = nil) -> Upstream.Behaviour {
        { bytes, outbound, upstream in
            var reader = RequestsIn()
            while let request = try await reader.next(&bytes) {
                upstream.note(request)
                if let permits { for await _ in permits { break } }
                try await outbound.write(ByteBuffer(string: "HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n"))
                try await outbound.write(ByteBuffer(repeating: 0x61, count: size))
            }
        }
    }

    /// Goes around all event loops so often that what was sent before has been read.
    private func settle(_ gateway: TestGateway) async throws {
        for _ in 0..<50 { _ = try await gateway.metric("bedel_gateway_retries_total") }
    }

    // MARK: Half-close

    private func halfClosed(_ gateway: TestGateway, _ permit: AsyncStream<Void>.Continuation, _ tls: NIOSSLContext?)
        async throws
    {
        try await RawClient.with(port: gateway.ports.gateway, tls: tls) { client in
            try await client.send(Self.get + "\r\n" + Self.get + "\r\n")
            try await client.sendNoMore()
            try await settle(gateway)
            for _ in 0..<2 {
                permit.yield()
                var answer = try await client.response()
                // The gateway found out with it whether anybody is there.
                while answer?.status == 100 { answer = try await client.response() }
                #expect(answer?.status == 200)
                #expect(answer?.body.count == 100_000)
            }
            let rest = try await client.more()
            #expect(rest == nil, "and then the connection ends")
        }
    }

    @Test func whoeverSendsNoMoreStillGetsEveryAnswer() async throws {
        let (permits, permit) = AsyncStream.makeStream(of: Void.self)
        try await Upstream.with(Self.big(100_000, permits)) { _, address in
            try await TestGateway.with(TestGateway.everything(at: address)) { try await halfClosed($0, permit, nil) }
        }
    }

    @Test func theSameOverTLS() async throws {
        let (permits, permit) = AsyncStream.makeStream(of: Void.self)
        try await Upstream.with(Self.big(100_000, permits)) { _, address in
            try await TestGateway.withTLS(TestGateway.everything(at: address)) { gateway, certificate in
                try await halfClosed(gateway, permit, certificate.client())
            }
        }
    }

    @Test func halfOfARequestIsNone() async throws {
        try await Upstream.with { upstream, address in
            try await TestGateway.with(TestGateway.everything(at: address)) { gateway in
                for part in [Self.get, "POST / HTTP/1.1\r\nHost: \(Self.base)\r\nContent-Length: 10\r\n\r\nabc"] {
                    try await RawClient.with(port: gateway.ports.gateway) { client in
                        try await client.send(part)
                        try await client.sendNoMore()
                        #expect(try await client.response() == nil)
                    }
                }
                #expect(upstream.seen.isEmpty)
            }
        }
    }

    // MARK: Answers nobody reads

    /// On a busy machine a test may take longer than anybody is given to begin to read.
    private static let patient: @Sendable (inout GatewayConfiguration) -> Void = {
        $0.timeOuts.leastBytesPerSecond = 0
        $0.timeOuts.bodyIdle = .seconds(3600)
    }

    @Test func lastAnswerIsWholeHoweverSlowlyItIsRead() async throws {
        try await Upstream.with(Self.big()) { _, address in
            try await TestGateway.with(TestGateway.everything(at: address), adjust: Self.patient) { gateway in
                try await RawClient.with(port: gateway.ports.gateway) { client in
                    try await client.send(Self.get + "Connection: close\r\n\r\n")
                    try await gateway.waitUntil(1, "bedel_gateway_unread_answers")
                    #expect(try await client.bodyLength() == Self.size)
                }
            }
        }
    }

    /// Two thousand answers of ten kilobytes would be twenty megabytes in here.
    @Test func whoDoesNotReadIsAskedForNoMore() async throws {
        let count = 2000
        try await Upstream.with(Self.big(10_000)) { upstream, address in
            try await TestGateway.with(TestGateway.everything(at: address), adjust: Self.patient) { gateway in
                try await RawClient.with(port: gateway.ports.gateway) { client in
                    let outbound = client.outbound
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        let requests = String(repeating: Self.get + "\r\n", count: count)
                        group.addTask { try await outbound.write(ByteBuffer(string: requests)) }
                        var (last, looks) = (-1, 0)
                        while looks < 50 {
                            try await settle(gateway)
                            looks = upstream.seen.count == last ? looks + 1 : 0
                            last = upstream.seen.count
                        }
                        #expect(last < 200, "\(last) were asked for")
                        for number in 0..<count {
                            let answer = try await client.response()
                            #expect(
                                answer?.body.count == 10_000,
                                "\(number): \(answer?.status ?? 0) \(answer?.text.prefix(300) ?? "")")
                        }
                        try await group.waitForAll()
                    }
                }
            }
        }
    }

    private static let impatient: @Sendable (inout GatewayConfiguration) -> Void = {
        $0.timeOuts.leastBytesPerSecond = 1000
        $0.timeOuts.paceWindow = .milliseconds(400)
    }

    @Test func whoReadsTooLittleIsCutOff() async throws {
        try await Upstream.with(Self.big()) { _, address in
            try await TestGateway.with(TestGateway.everything(at: address), adjust: Self.impatient) { gateway in
                try await RawClient.with(port: gateway.ports.gateway) { client in
                    try await client.send(Self.get + "\r\n")
                    try await gateway.waitUntil(1, "bedel_gateway_limited_total{reason=\"slow-reader\"}")
                    #expect(try await gateway.metric("bedel_gateway_unread_answers") == 0)
                    #expect(try await gateway.metric("bedel_gateway_requests_under_way") == 0)
                    #expect(try await client.bodyLength() < Self.size, "there was no more to read")
                }
            }
        }
    }

    @Test func whoLeavesMuchUnreadGetsNothingNewUntilTheyRead() async throws {
        let adjust: (inout GatewayConfiguration) -> Void = {
            Self.patient(&$0)
            $0.fairUse.unreadPerUser = 1
        }
        try await Upstream.with(Self.big()) { _, address in
            try await TestGateway.with(TestGateway.everything(at: address), adjust: adjust) { gateway in
                let loops = System.coreCount
                let asked = "GET /big HTTP/1.1\r\nHost: lab--ml-2026.\(Self.base)\r\nAuthorization: Bearer "
                try await withThrowingTaskGroup(of: Void.self) { group in
                    let (gone, leave) = AsyncStream.makeStream(of: Void.self)
                    let refused = "bedel_gateway_limited_total{reason=\"unread\"}"
                    // One after the other, so that each finds what the ones before it left unread.
                    for number in 1...(loops * 8) {
                        group.addTask {
                            try await RawClient.with(port: gateway.ports.gateway) { client in
                                try await client.send(asked + "alice\r\n\r\n")
                                for await _ in gone { break }
                            }
                        }
                        for _ in 0..<100_000 {
                            let unread = try await gateway.metric("bedel_gateway_unread_answers")
                            guard try await unread + gateway.metric(refused) < number else { break }
                        }
                    }
                    #expect(try await gateway.metric(refused) >= loops * 7)
                    let other = try await gateway.ask(asked + "teacher\r\n\r\n")
                    #expect(other?.body.count == Self.size)
                    leave.finish()
                    try await group.waitForAll()
                }
            }
        }
    }

    // MARK: Requests that come too slowly

    @Test func dropsOfABodyAreNotEnough() async throws {
        try await Upstream.with { upstream, address in
            try await TestGateway.with(TestGateway.everything(at: address), adjust: Self.impatient) { gateway in
                try await RawClient.with(port: gateway.ports.gateway) { client in
                    try await client.send("POST / HTTP/1.1\r\nHost: \(Self.base)\r\nContent-Length: 1000000\r\n\r\n")
                    let limited = "bedel_gateway_limited_total{reason=\"slow-upload\"}"
                    for _ in 0..<100_000 {
                        guard try await gateway.metric(limited) < 1 else { break }
                        try? await client.send("a")
                    }
                    let answer = try await client.response()
                    #expect(answer?.status == 408)
                    #expect(answer?.values("Connection") == ["close"])
                }
                #expect(upstream.seen.isEmpty)
            }
        }
    }

    private func post(_ length: String, _ lines: String = "") -> String {
        "POST / HTTP/1.1\r\nHost: \(Self.base)\r\n\(lines)\(length)\r\n\r\n"
    }

    @Test(arguments: [(10, 9), (16_384, 16_383), (1_000_000, 16_383)])
    func bodyThatHasHardlyBegunGoesNowhere(_ length: Int, _ sent: Int) async throws {
        try await Upstream.with { upstream, address in
            try await TestGateway.with(TestGateway.everything(at: address)) { gateway in
                try await RawClient.with(port: gateway.ports.gateway) { client in
                    try await client.send(post("Content-Length: \(length)"))
                    try await client.send(String(repeating: "a", count: sent))
                    try await settle(gateway)
                    #expect(upstream.connections == 0)
                    #expect(try await gateway.metric("bedel_gateway_requests_under_way") == 0)
                    try await client.send(String(repeating: "b", count: length - sent))
                    #expect(try await client.response()?.status == 200)
                    let body = try #require(upstream.seen.first?.body)
                    #expect(body.count == length)
                    #expect(body.firstIndex(of: UInt8(ascii: "b")) == sent)
                    // And the connection is good for another.
                    try await client.send(Self.get + "\r\n")
                    #expect(try await client.response()?.status == 200)
                }
            }
        }
    }

    /// Somebody may be waiting for the answer before going on.
    @Test(arguments: ["Transfer-Encoding: chunked", "Expect: 100-continue\r\nContent-Length: 10"])
    func bodyThatMayDependOnTheAnswerIsNotWaitedFor(_ framing: String) async throws {
        try await Upstream.with { upstream, address in
            try await TestGateway.with(TestGateway.everything(at: address)) { gateway in
                try await RawClient.with(port: gateway.ports.gateway) { client in
                    try await client.send(post(framing))
                    for _ in 0..<100_000 where upstream.connections == 0 { try await settle(gateway) }
                    #expect(upstream.connections == 1)
                }
            }
        }
    }

    /// The whole request is here: that nothing more comes is no reason to go.
    @Test func whoeverSendsAWholeBodyAndThenNoMoreGetsTheAnswer() async throws {
        try await Upstream.with { upstream, address in
            try await TestGateway.with(TestGateway.everything(at: address)) { gateway in
                for length in [10, 5000, 60_000] {
                    try await RawClient.with(port: gateway.ports.gateway) { client in
                        try await client.send(post("Content-Length: \(length)"))
                        try await client.send(String(repeating: "a", count: length))
                        try await client.sendNoMore()
                        var answer = try await client.response()
                        while answer?.status == 100 { answer = try await client.response() }
                        #expect(answer?.status == 200)
                    }
                }
                #expect(upstream.seen.map(\.body.count) == [10, 5000, 60_000])
            }
        }
    }

    /// The only place is one of somebody who has stopped sending; it is not kept for them.
    @Test func pauseInABodyKeepsNoTurn() async throws {
        let adjust: (inout GatewayConfiguration) -> Void = {
            $0.fairUse.atOnce = 1
            // Only so that it is looked at often.
            $0.timeOuts.wakeUp = .milliseconds(200)
        }
        try await Upstream.with { _, address in
            try await TestGateway.with(TestGateway.everything(at: address), adjust: adjust) { gateway in
                let lines = "Host: lab--ml-2026.\(Self.base)\r\nAuthorization: Bearer alice\r\n"
                try await RawClient.with(port: gateway.ports.gateway) { client in
                    try await client.send("POST / HTTP/1.1\r\n\(lines)Content-Length: 20000\r\n\r\n")
                    try await client.send(String(repeating: "a", count: 17_000))
                    for _ in 0..<(System.coreCount * 4) {
                        #expect(try await gateway.ask("GET / HTTP/1.1\r\n\(lines)\r\n")?.status == 200)
                    }
                    try await client.send(String(repeating: "a", count: 3000))
                    #expect(try await client.response()?.status == 200)
                }
            }
        }
    }
}
