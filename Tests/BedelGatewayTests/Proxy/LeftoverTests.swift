import BedelDomain
import NIOCore
import Testing

@testable import BedelGateway

/// What a client leaves behind that goes before its answer has come.
@Suite("Requests whose client has gone")
struct LeftoverTests {
    private static func one(_ configuration: inout GatewayConfiguration) { configuration.fairUse.atOnce = 1 }

    /// Both come over one connection, and so on one event loop, which has one place.
    @Test func keepTheirPlaceUntilTheUpstreamIsDoneAndLeaveItsConnectionGood() async throws {
        let turnstile = Turnstile()
        try await Upstream.with(turnstile.behaviour) { upstream, address in
            try await TestGateway.withTLS(TestGateway.everything(at: address), adjust: Self.one) {
                gateway, certificate in
                try await RawHTTP2.with(gateway, certificate) { client in
                    try await client.request(RawHTTP2.base, stream: 1)
                    for await _ in turnstile.arrivals { break }
                    try await client.send(RawHTTP2.Frame.reset, stream: 1, payload: UInt32(8).bytes)
                    try await client.request(RawHTTP2.base, stream: 3)
                    try await gateway.waitUntil(1, "bedel_gateway_waiting_requests")
                    #expect(upstream.seen.count == 1)

                    turnstile.permit.yield()
                    for await _ in turnstile.arrivals { break }
                    turnstile.permit.yield()
                    #expect(try await client.answer(stream: 3)?.status == "200")
                }
            }
            #expect(upstream.seen.count == 2)
            #expect(upstream.connections == 1)
        }
    }

    /// The place is free then, and the upstream sees that nobody listens.
    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + String(repeating: "a", count: 100_000),
        "this is not HTTP\r\n\r\n",
    ])
    func areGivenUpWhenTheirAnswerHasNoEndInSight(_ beginning: String) async throws {
        let (asked, ask) = AsyncStream.makeStream(of: Void.self)
        let (permits, permit) = AsyncStream.makeStream(of: Void.self)
        let behaviour: Upstream.Behaviour = { bytes, outbound, upstream in
            var reader = RequestsIn()
            guard let request = try await reader.next(&bytes) else { return }
            upstream.note(request)
            guard upstream.seen.count == 1 else {
                return try await outbound.write(ByteBuffer(string: "HTTP/1.1 204 No Content\r\n\r\n"))
            }
            ask.yield()
            for await _ in permits { break }
            try await outbound.write(ByteBuffer(string: beginning))
            while await bytes.next() != nil {}
        }
        try await Upstream.with(behaviour) { _, address in
            try await TestGateway.withTLS(TestGateway.everything(at: address), adjust: Self.one) {
                gateway, certificate in
                try await RawHTTP2.with(gateway, certificate) { client in
                    try await client.request(RawHTTP2.base, stream: 1)
                    for await _ in asked { break }
                    try await client.send(RawHTTP2.Frame.reset, stream: 1, payload: UInt32(8).bytes)
                    try await client.request(RawHTTP2.base, stream: 3)
                    try await gateway.waitUntil(1, "bedel_gateway_waiting_requests")
                    permit.yield()
                    #expect(try await client.answer(stream: 3)?.status == "204")
                }
            }
        }
    }
}
