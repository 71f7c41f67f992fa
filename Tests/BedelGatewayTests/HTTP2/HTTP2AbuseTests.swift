import BedelDomain
import NIOCore
import ServiceLifecycle
import Testing

@testable import BedelGateway

/// Clients that try to make the gateway work or remember for nothing. Whoever else is there does not notice.
@Suite("HTTP/2 clients that mean harm")
struct HTTP2AbuseTests {
    private typealias Frame = RawHTTP2.Frame
    /// ENHANCE_YOUR_CALM (RFC 9113, section 7).
    private static let calm: UInt8 = 11

    /// Does its worst, and says with which code it was shown the door. The worst comes in one piece that the gateway reads
    /// as one: bytes that are left unread when a connection closes would reset it, and the code with it.
    private static func farewell(
        to attack: @escaping @Sendable (inout RawHTTP2) async throws -> Void
    ) async throws -> (code: UInt8?, seen: Int) {
        try await Upstream.with { upstream, address in
            try await TestGateway.withTLS(TestGateway.everything(at: address)) { gateway, certificate in
                let code = try await RawHTTP2.with(gateway, certificate) { client in
                    try? await attack(&client)
                    return try await client.farewell()
                }
                try await RawHTTP2.with(gateway, certificate) { client in
                    try await client.request(RawHTTP2.base, stream: 1)
                    #expect(try await client.answer(stream: 1)?.status == "200")
                }
                return (code, upstream.seen.count)
            }
        }
    }

    @Test func rapidReset() async throws {
        let (code, _) = try await Self.farewell { client in
            let block = RawHTTP2.block(RawHTTP2.base)
            let pairs = (0..<250).map { number in
                let stream = UInt32(2 * number + 1)
                return RawHTTP2.bytes(Frame.headers, flags: 5, stream: stream, payload: block)
                    + RawHTTP2.bytes(Frame.reset, stream: stream, payload: UInt32(8).bytes)
            }
            try await client.send(raw: Array(pairs.joined()))
        }
        #expect(code == Self.calm)
    }

    /// The server is made to reset (CVE-2025-8671): malformed requests, one after the other.
    @Test func madeYouReset() async throws {
        let (code, seen) = try await Self.farewell { client in
            let block = RawHTTP2.block(RawHTTP2.base + [("connection", "close")])
            let requests = (0..<250).map {
                RawHTTP2.bytes(Frame.headers, flags: 5, stream: UInt32(2 * $0 + 1), payload: block)
            }
            try await client.send(raw: Array(requests.joined()))
        }
        #expect(code == Self.calm)
        #expect(seen == 1)
    }

    @Test func continuationFlood() async throws {
        let (code, seen) = try await Self.farewell { client in
            let first = RawHTTP2.bytes(Frame.headers, flags: 1, stream: 1, payload: RawHTTP2.block(RawHTTP2.base))
            let more = (0..<500).map {
                RawHTTP2.bytes(Frame.continuation, stream: 1, payload: RawHTTP2.block([("x-\($0)", "a")]))
            }
            try await client.send(raw: first + more.joined())
        }
        #expect(code == Self.calm)
        #expect(seen == 1)
    }

    @Test(arguments: [
        (RawHTTP2.Frame.ping, [UInt8](repeating: 0, count: 8)), (RawHTTP2.Frame.settings, []),
    ])
    func controlFrameFlood(_ type: UInt8, _ payload: [UInt8]) async throws {
        let (code, _) = try await Self.farewell { client in
            let frames = (0..<1000).map { _ in RawHTTP2.bytes(type, payload: payload) }
            try await client.send(raw: Array(frames.joined()))
        }
        #expect(code == Self.calm)
    }

    /// One field in the table of the connection, then thousands of single bytes that each mean it.
    @Test func headerBomb() async throws {
        let (code, seen) = try await Self.farewell { client in
            let value = String(repeating: "a", count: 3000)
            let stored = [UInt8(0x40)] + RawHTTP2.block([("x-a", value)]).dropFirst()
            let first = RawHTTP2.block(RawHTTP2.base) + stored
            try await client.send(Frame.headers, flags: 5, stream: 1, payload: first)
            let bomb = RawHTTP2.block(RawHTTP2.base) + [UInt8](repeating: 0x80 | 62, count: 10_000)
            try await client.send(Frame.headers, flags: 5, stream: 3, payload: bomb)
        }
        #expect(code != nil)
        #expect(seen <= 2)
    }

    @Test func noMoreStreamsThanAgreed() async throws {
        let (code, seen) = try await Self.farewell { client in
            let post = RawHTTP2.base.map { $0.0 == ":method" ? (":method", "POST") : $0 }
            let block = RawHTTP2.block(post)
            let requests = (0..<200).map {
                RawHTTP2.bytes(Frame.headers, flags: 4, stream: UInt32(2 * $0 + 1), payload: block)
            }
            try await client.send(raw: Array(requests.joined()))
        }
        #expect(code != nil)
        #expect(seen == 1)
    }

    /// A window of nothing: what the upstream sends is not taken, and after the time-out the stream is given up.
    @Test func readerWhoTakesNothingHoldsLittleAndNotForLong() async throws {
        let total = 64 * 1024 * 1024
        let piece = ByteBuffer(repeating: 0x61, count: 64 * 1024)
        let generous: Upstream.Behaviour = { bytes, outbound, _ in
            var reader = RequestsIn()
            _ = try await reader.next(&bytes)
            try await outbound.write(ByteBuffer(string: "HTTP/1.1 200 OK\r\nContent-Length: \(total)\r\n\r\n"))
            for _ in 0..<(total / piece.readableBytes) { try await outbound.write(piece) }
        }
        try await Upstream.with(generous) { _, address in
            let adjust: (inout GatewayConfiguration) -> Void = { $0.timeOuts.bodyIdle = .milliseconds(300) }
            try await TestGateway.withTLS(TestGateway.everything(at: address), adjust: adjust) { gateway, certificate in
                try await RawHTTP2.with(gateway, certificate, settings: [(4, 0)]) { client in
                    try await client.request(RawHTTP2.base, stream: 1)
                    let answer = try await client.answer(stream: 1)
                    #expect(answer?.status == "200")
                    #expect(answer?.body.isEmpty == true)
                    #expect(answer?.reset != nil)
                    #expect(try await gateway.metric("bedel_gateway_upstream_bytes_total") < 1024 * 1024)
                }
            }
        }
    }

    /// One answer may wait unread on each event loop: whole ones make room too, the oldest first.
    @Test func wholeAnswersThatNobodyReadsMakeRoom() async throws {
        try await Upstream.with { _, address in
            let adjust: (inout GatewayConfiguration) -> Void = { $0.fairUse.unread = 1 }
            try await TestGateway.withTLS(TestGateway.everything(at: address), adjust: adjust) { gateway, certificate in
                try await RawHTTP2.with(gateway, certificate, settings: [(4, 0)]) { client in
                    var resets: [UInt32] = []
                    for stream: UInt32 in [1, 3, 5] {
                        try await client.request(RawHTTP2.base, stream: stream)
                        while let frame = try await client.frame() {
                            if frame.type == Frame.reset { resets.append(frame.stream) }
                            if frame.type == Frame.headers, frame.stream == stream { break }
                        }
                    }
                    while resets.count < 2, let frame = try await client.frame() {
                        if frame.type == Frame.reset { resets.append(frame.stream) }
                    }
                    #expect(resets == [1, 3])
                    try await client.grow(stream: 5, by: 1000)
                    let last = try await client.answer(stream: 5)
                    #expect(last?.reset == nil && last?.body.isEmpty == false)
                    #expect(try await gateway.metric("bedel_gateway_unread_answers") == 0)
                }
            }
        }
    }

    /// Two streams, one whose upstream takes nothing: the other one goes on, and no more is taken than the window says.
    @Test func uploadThatNobodyReadsHoldsNobodyUp() async throws {
        let (permits, permit) = AsyncStream.makeStream(of: Void.self)
        let slow: Upstream.Behaviour = { bytes, outbound, _ in
            guard let first = await bytes.next() else { return }
            guard !String(buffer: first).hasPrefix("POST") else {
                for await _ in permits { break }
                return
            }
            try await outbound.write(ByteBuffer(string: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"))
        }
        try await Upstream.with(slow) { _, address in
            try await TestGateway.withTLS(TestGateway.everything(at: address)) { gateway, certificate in
                try await RawHTTP2.with(gateway, certificate) { client in
                    let post = RawHTTP2.base.map { $0.0 == ":method" ? (":method", "POST") : $0 }
                    try await client.request(post, stream: 1, ends: false)
                    let piece = String(repeating: "a", count: 16_000)
                    for _ in 0..<4 { try await client.data(piece, stream: 1, ends: false) }
                    try await client.request(RawHTTP2.base, stream: 3)
                    #expect(try await client.answer(stream: 3)?.text == "ok")
                }
                permit.yield()
            }
        }
    }

    /// Told to stop: says so with GOAWAY, lets the stream finish, and only then closes.
    @Test func drainSaysGoodbyeAndLetsStreamsFinish() async throws {
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
            try await TestGateway.drained(TestGateway.everything(at: address)) { gateway, certificate, drain in
                try await RawHTTP2.with(gateway, certificate) { client in
                    try await client.request(RawHTTP2.base, stream: 1)
                    for await _ in starts { break }
                    await drain()
                    // The first one names no stream, so that what is on its way still counts; the second one the last.
                    for last: UInt32 in [0x7FFF_FFFF, 1] {
                        var frame = try await client.frame()
                        while let other = frame, other.type != Frame.goAway { frame = try await client.frame() }
                        #expect(frame?.errorCode == 0)
                        #expect(frame?.payload.prefix(4).elementsEqual(last.bytes) == true)
                    }
                    permit.yield()
                    let answer = try await client.answer(stream: 1)
                    #expect(answer?.text == "last", "\(String(describing: answer))")
                    #expect(try await client.frame() == nil, "closed behind it")
                }
            }
        }
    }
}
