import BedelDomain
import Testing

@testable import BedelGateway

@Suite("The gateway, from outside")
struct GatewayTests {
    private static let base = TestGateway.base

    @Test func anonymousVisitorReachesTheConsole() async throws {
        try await Upstream.with { upstream, address in
            try await TestGateway.with(TestGateway.everything(at: address)) { gateway in
                let response = try await gateway.ask("GET /hello?a=b HTTP/1.1\r\nHost: \(Self.base)\r\n\r\n")
                #expect(response?.status == 200)
                #expect(response?.text == "{\"ok\":true}")
                #expect(upstream.seen.map(\.line) == ["GET /hello?a=b HTTP/1.1"])
                #expect(upstream.seen[0].values("X-Bedel-User") == [])
            }
        }
    }

    @Test func tokenReachesTheModelWithIdentityOfOurs() async throws {
        try await Upstream.with { upstream, address in
            try await TestGateway.with(TestGateway.everything(at: address)) { gateway in
                let response = try await gateway.ask(
                    "POST /seldon/ml-2026/digits/api/v1.0/predictions HTTP/1.1\r\nHost: \(Self.base)\r\n"
                        + "Authorization: Bearer alice\r\nContent-Length: 2\r\n\r\n{}")
                #expect(response?.status == 200)
                #expect(response?.values("Content-Security-Policy") == ["default-src 'none'; sandbox"])
                let seen = try #require(upstream.seen.first)
                #expect(seen.line == "POST /api/v1.0/predictions HTTP/1.1")
                #expect(seen.body == Array("{}".utf8))
                #expect(seen.values("X-Bedel-User") == [TestGateway.alice.user.rawValue])
                #expect(seen.values("X-Bedel-Roles") == ["student"])
                #expect(seen.values("X-Bedel-Profile") == ["ml-2026"])
                #expect(seen.values("X-Bedel-Assertion") == ["assertion.alice.model:ml-2026/digits"])
                #expect(seen.values("Authorization") == [])
            }
        }
    }
}
