import BedelDomain
import Testing

@testable import BedelGateway

/// No header that says who somebody is, or where a request came from, gets in from outside: on no class of route, in no
/// spelling.
@Suite("Identity headers from outside")
struct IdentityHeaderTests {
    static let names = [
        "X-Bedel-User", "X-Bedel-Roles", "X-Bedel-Profile", "X-Bedel-Assertion", "X-Bedel-Anything", "X-Forwarded-For",
        "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-User", "X-Forwarded-Uri", "X-Forwarded-Method",
        "X-Forwarded-Prefix", "X-Original-URL", "X-Rewrite-URL", "Forwarded", "X-Real-IP", "X-WEBAUTH-USER",
        "Remote-User",
        "X-Remote-User", "X-Request-Id", "X-Envoy-Original-Path", "X-HTTP-Method-Override",
        "Proxy-Authorization", "Proxy-Connection", "Keep-Alive", "TE", "Via",
    ]

    private static func spellings(_ name: String) -> [String] {
        let dotted = String(name.map { $0 == "-" ? "." : $0 })
        let folded = String(name.map { $0 == "-" ? "_" : $0 })
        return name.contains("-")
            ? [name, name.lowercased(), name.uppercased(), folded, folded.lowercased(), dotted] : [name]
    }

    static let routes = [
        "GET /page HTTP/1.1\r\nHost: bedel.test:8080\r\n",
        "GET /git/x HTTP/1.1\r\nHost: bedel.test:8080\r\nAuthorization: Basic Z2l0OmFsaWNl\r\n",
        "GET /seldon/ml-2026/digits/api HTTP/1.1\r\nHost: bedel.test:8080\r\nAuthorization: Bearer alice\r\n",
        "GET /models/ml-2026/digits/v2/health/ready HTTP/1.1\r\nHost: bedel.test:8080\r\n"
            + "Authorization: Bearer alice\r\n",
        "GET /digits/api HTTP/1.1\r\nHost: ml-2026.bedel.test:8080\r\nCookie: bedel_session=bea\r\n"
            + "Authorization: Bearer alice\r\n",
        "GET /anything HTTP/1.1\r\nHost: lab--ml-2026.bedel.test:8080\r\nCookie: bedel_session=bea\r\n",
        "GET /.bedel/x HTTP/1.1\r\nHost: lab--ml-2026.bedel.test:8080\r\n",
        "OPTIONS /page HTTP/1.1\r\nHost: bedel.test:8080\r\nOrigin: http://evil.test\r\n",
        "GET /ws HTTP/1.1\r\nHost: lab--ml-2026.bedel.test:8080\r\nCookie: bedel_session=bea\r\nConnection: Upgrade\r\n"
            + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
            + "Origin: http://lab--ml-2026.bedel.test:8080\r\n",
    ]

    @Test(arguments: routes)
    func areDroppedInEverySpelling(_ start: String) async throws {
        try await Upstream.with { upstream, address in
            try await TestGateway.with(TestGateway.everything(at: address)) { gateway in
                for name in Self.names {
                    let spoofed = Self.spellings(name).map { "\($0): spoofed\r\n" }.joined()
                    let response = try await gateway.ask("\(start)\(spoofed)\r\n")
                    #expect(response?.status == 200, "\(name)")
                }
                #expect(upstream.seen.count == Self.names.count)
                for seen in upstream.seen {
                    #expect(!seen.fields.contains { $0.contains("spoofed") }, "\(seen.fields)")
                }
                for seen in upstream.seen { #expect(seen.values("X-Forwarded-For") == ["127.0.0.1"]) }
            }
        }
    }

    /// CVE-2022-31813 and its cousins: `Connection` names a header of the gateway's, and the gateway drops its own.
    @Test(arguments: [
        "X-Bedel-User", "close, X-Bedel-User", "X-Forwarded-For, X-Forwarded-Host", "Authorization", "Cookie", "Host",
        "Content-Length", "x-bedel-assertion, keep-alive",
    ])
    func connectionCannotTakeOursAway(_ options: String) async throws {
        try await Upstream.with { upstream, address in
            try await TestGateway.with(TestGateway.everything(at: address)) { gateway in
                let response = try await gateway.ask(
                    "POST /seldon/ml-2026/digits/api HTTP/1.1\r\nHost: bedel.test:8080\r\n"
                        + "Authorization: Bearer alice\r\n"
                        + "Connection: \(options)\r\nContent-Length: 2\r\n\r\nhi")
                #expect(response?.status == 200)
                let seen = try #require(upstream.seen.first)
                #expect(seen.body == Array("hi".utf8))
                #expect(seen.values("X-Bedel-User") == [TestGateway.alice.user.rawValue])
                #expect(seen.values("X-Bedel-Assertion").count == 1)
                #expect(seen.values("X-Forwarded-Host") == ["bedel.test:8080"])
                #expect(seen.values("Host") == ["bedel.test:8080"])
            }
        }
    }

    @Test func connectionTakesAwayWhatItNames() async throws {
        try await Upstream.with { upstream, address in
            try await TestGateway.with(TestGateway.everything(at: address)) { gateway in
                _ = try await gateway.ask(
                    "GET / HTTP/1.1\r\nHost: bedel.test:8080\r\nConnection: x-own, keep-alive\r\n"
                        + "X-Own: a\r\nX-Other: b\r\n\r\n"
                )
                #expect(upstream.seen.first?.values("X-Own") == [])
                #expect(upstream.seen.first?.values("X-Other") == ["b"])
            }
        }
    }

    @Test func serviceReadsThePersonUnderItsOwnNamesAndNeverTheSession() async throws {
        try await Upstream.with { upstream, address in
            try await TestGateway.with(TestGateway.everything(at: address)) { gateway in
                _ = try await gateway.ask(
                    "GET / HTTP/1.1\r\nHost: lab--ml-2026.bedel.test:8080\r\n"
                        + "X-Lab-User: root\r\nx-lab-user: root\r\nX_Lab_User: root\r\nX-LAB-GROUPS: root\r\n"
                        + "Cookie: a=b; bedel_session=bea; bedel_signin=x; __Host-bedel_session=y; c=d\r\n\r\n")
                let seen = try #require(upstream.seen.first)
                #expect(seen.values("X-Lab-User") == ["bea"])
                #expect(!seen.fields.contains { $0.contains("root") })
                #expect(seen.values("Cookie") == ["a=b; c=d"])
                #expect(seen.values("X-Bedel-Assertion") == ["assertion.bea.service:lab--ml-2026"])
            }
        }
    }

    @Test func serviceWithKeysOfItsOwnGetsAuthorizationBesideTheSession() async throws {
        try await Upstream.with { upstream, address in
            try await TestGateway.with(TestGateway.everything(at: address)) { gateway in
                let host = "Host: keys--ml-2026.bedel.test:8080\r\n"
                _ = try await gateway.ask(
                    "GET / HTTP/1.1\r\n\(host)Cookie: bedel_session=bea\r\nAuthorization: token theirs\r\n\r\n")
                #expect(upstream.seen.last?.values("Authorization") == ["token theirs"])
                _ = try await gateway.ask("GET / HTTP/1.1\r\n\(host)Authorization: Bearer alice\r\n\r\n")
                #expect(upstream.seen.last?.values("Authorization") == [], "ours ends here")
                #expect(upstream.seen.count == 2)
            }
        }
    }
}
