import BedelDomain
import NIOCore
import Testing

@testable import BedelGateway

@Suite("WebSocket tunnels")
struct TunnelTests {
    private static func handshake(
        host: String = "lab--ml-2026.bedel.test:8080", origin: String? = "http://lab--ml-2026.bedel.test:8080",
        credential: String = "Cookie: bedel_session=bea", version: String = "13",
        key: String = "dGhlIHNhbXBsZSBub25jZQ=="
    ) -> String {
        "GET /socket HTTP/1.1\r\nHost: \(host)\r\nConnection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n"
            + "Sec-WebSocket-Version: \(version)\r\nSec-WebSocket-Key: \(key)\r\n\(credential)\r\n"
            + (origin.map { "Origin: \($0)\r\n" } ?? "") + "\r\n"
    }

    @Test func bytesGoThroughBothWays() async throws {
        try await Upstream.with(Upstream.echoing) { upstream, address in
            try await TestGateway.with(TestGateway.everything(at: address)) { gateway in
                try await RawClient.with(port: gateway.ports.gateway) { client in
                    // A frame right behind the handshake has to arrive, too.
                    try await client.send(Self.handshake() + "early ")
                    let response = try await client.response()
                    #expect(response?.status == 101)
                    #expect(response?.values("Sec-WebSocket-Accept") == ["x"])
                    var text = ""
                    while text.utf8.count < 6, let more = try await client.more() { text += String(buffer: more) }
                    for number in 0..<100 {
                        try await client.send("\(number % 10)")
                        let length = 7 + number
                        while text.utf8.count < length, let more = try await client.more() {
                            text += String(buffer: more)
                        }
                    }
                    #expect(text == "early " + (0..<100).map { "\($0 % 10)" }.joined())
                }
                let seen = try #require(upstream.seen.first)
                #expect(seen.values("Upgrade") == ["websocket"])
                #expect(seen.values("Connection") == ["Upgrade"])
                #expect(seen.values("X-Lab-User") == ["bea"])
            }
        }
    }

    static let refused: [(String, Int)] = [
        (handshake(origin: "http://evil.test"), 403), (handshake(origin: "null"), 403), (handshake(origin: nil), 403),
        (handshake(origin: "http://lab--ml-2026.bedel.test:8080.evil.test"), 403),
        (handshake(origin: "https://lab--ml-2026.bedel.test:8080"), 403),
        (handshake(origin: "http://bedel.test:8080"), 403),
        (handshake(credential: "X: y"), 401), (handshake(credential: "Cookie: bedel_session=over"), 401),
        (handshake(version: "1"), 400), (handshake(key: "short"), 400),
        (handshake(host: "nobody.bedel.test:8080"), 421),
    ]

    @Test(arguments: refused)
    func handshakeFromElsewhereOrFromNobodyIsRefused(_ request: String, _ status: Int) async throws {
        try await Upstream.with(Upstream.echoing) { upstream, address in
            try await TestGateway.with(TestGateway.everything(at: address)) { gateway in
                let response = try await gateway.ask(request)
                #expect(response?.status == status)
                #expect(upstream.seen.isEmpty)
            }
        }
    }

    @Test func programsWithATokenNeedNoOrigin() async throws {
        try await Upstream.with(Upstream.echoing) { _, address in
            try await TestGateway.with(TestGateway.everything(at: address)) { gateway in
                let request = Self.handshake(origin: nil, credential: "Authorization: Bearer alice")
                let response = try await gateway.ask(request)
                #expect(response?.status == 101)
            }
        }
    }

    @Test func upstreamThatDeclinesIsAnOrdinaryAnswer() async throws {
        try await Upstream.with(Upstream.answering("{}")) { upstream, address in
            try await TestGateway.with(TestGateway.everything(at: address)) { gateway in
                try await RawClient.with(port: gateway.ports.gateway) { client in
                    try await client.send(Self.handshake() + "GET /hidden HTTP/1.1\r\nHost: bedel.test:8080\r\n\r\n")
                    #expect(try await client.response()?.status == 200)
                    #expect(try await client.response() == nil, "what was meant for the tunnel is no request")
                }
                #expect(upstream.seen.count == 1)
            }
        }
    }

    /// Nobody but a service gets a tunnel: to all others it is a plain request.
    @Test func modelAndConsoleAreNotOfferedOne() async throws {
        try await Upstream.with(Upstream.answering("{}")) { upstream, address in
            try await TestGateway.with(TestGateway.everything(at: address)) { gateway in
                let response = try await gateway.ask(Self.handshake(host: "bedel.test:8080", origin: nil))
                #expect(response?.status == 200)
                #expect(upstream.seen.first?.values("Upgrade") == [])
                #expect(upstream.seen.first?.values("Connection") == [])
            }
        }
    }
}
