import NIOCore
import Testing

@testable import BedelGateway

/// What is refused may still be on its way, and its connection is worth keeping.
@Suite("Bodies of refused requests")
struct RefusedBodyTests {
    private static let base = TestGateway.base
    private static let next = "GET /next HTTP/1.1\r\nHost: \(base)\r\n\r\n"
    /// Looks like a request, for whoever loses count.
    private static let body = "GET /smuggled HTTP/1.1\r\nHost: \(base)\r\n\r\n"

    /// Of alice, who may not ask any more.
    private static func head(length: Int = body.utf8.count, _ more: String = "") -> String {
        "POST /seldon/ml-2026/digits/api HTTP/1.1\r\nHost: \(base)\r\nAuthorization: Bearer alice\r\n"
            + "Content-Length: \(length)\r\n\(more)\r\n"
    }

    private func refused(_ check: (TestGateway, Upstream, inout RawClient) async throws -> Void) async throws {
        let adjust: (inout GatewayConfiguration) -> Void = {
            $0.fairUse.user = RequestRate(perSecond: 0.001, burst: 1)
        }
        try await Upstream.with { upstream, address in
            try await TestGateway.with(TestGateway.everything(at: address), adjust: adjust) { gateway in
                try await RawClient.with(port: gateway.ports.gateway) { client in
                    try await client.send(Self.head() + Self.body)
                    #expect(try await client.response()?.status == 200)
                    try await check(gateway, upstream, &client)
                    #expect(!upstream.seen.contains { $0.line.contains("/smuggled") })
                }
            }
        }
    }

    private func next(_ client: inout RawClient) async throws {
        #expect(try await client.response()?.status == 200)
    }

    @Test func whatCameInOnePieceIsFollowedByTheNext() async throws {
        try await refused { _, _, client in
            for _ in 0..<3 {
                try await client.send(Self.head() + Self.body + Self.next)
                let answer = try await client.response()
                #expect(answer?.status == 429)
                #expect(answer?.values("connection") == [])
                try await next(&client)
            }
        }
    }

    @Test func whatComesAfterTheRefusalIsThrownAway() async throws {
        try await refused { gateway, _, client in
            for _ in 0..<3 {
                try await client.send(Self.head() + Self.body.prefix(5))
                let answer = try await client.response()
                #expect(answer?.status == 429)
                #expect(answer?.values("connection") == [])
                try await client.send(String(Self.body.dropFirst(5)))
                try await client.send(Self.next)
                try await next(&client)
            }
            #expect(try await gateway.metric("bedel_gateway_limited_total{reason=\"user-rate\"}") == 3)
        }
    }

    @Test func noMoreIsAskedOfWhoSendsNoMore() async throws {
        try await refused { _, _, client in
            try await client.send(Self.head() + Self.body.prefix(5))
            try await client.sendNoMore()
            #expect(try await client.response()?.status == 429)
            #expect(try await client.more() == nil, "and then the connection ends")
        }
    }

    /// Nobody knows whether the body comes at all when the client asks first (RFC 9110, section 10.1.1).
    @Test(arguments: [head(length: 64 * 1024 + 1), head("Expect: 100-continue\r\n")])
    func muchOrWhatMayNeverComeIsNotWaitedFor(_ head: String) async throws {
        try await refused { _, _, client in
            try await client.send(head)
            let answer = try await client.response()
            #expect(answer?.status == 429)
            #expect(answer?.values("connection") == ["close"])
            #expect(try await client.more() == nil)
        }
    }
}
