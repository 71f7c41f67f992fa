import BedelDomain
import NIOCore
import Testing

@testable import BedelGateway

/// An upstream is called by TLS only when it shows the right certificate.
@Suite("TLS towards upstreams")
struct UpstreamTLSTests {
    private static let ask =
        "GET /x HTTP/1.1\r\nHost: lab--ml-2026.\(TestGateway.base)\r\nAuthorization: Bearer alice\r\n\r\n"

    /// What the gateway answers when its upstream shows `shown` and asks for a certificate of `callers`.
    private static func statuses(
        shown: TestCertificate, callers: TestCertificate? = nil, _ security: UpstreamTransport.Security, times: Int = 1
    ) async throws -> (statuses: [Int?], connections: Int) {
        try await Upstream.with(tls: shown.server(callers: callers)) { upstream, address in
            let transport = UpstreamTransport(version: .negotiated, security: security)
            let service = try #require(TestGateway.service("lab", at: address, transport: transport))
            let snapshot = GatewaySnapshot(console: address, services: [service], profiles: [People.course])
            return try await TestGateway.with(snapshot) { gateway in
                var statuses: [Int?] = []
                for _ in 0..<times { statuses.append(try await gateway.ask(ask)?.status) }
                return (statuses, upstream.connections)
            }
        }
    }

    @Test func rightCertificateIsCalledAndTheConnectionKept() async throws {
        try await withTemporaryDirectory { directory in
            let certificate = try await TestCertificate(["lab.internal"], in: directory)
            let (statuses, connections) = try await Self.statuses(
                shown: certificate, .init(authorities: certificate.files.certificates, serverName: "lab.internal"),
                times: 3)
            #expect(statuses == [200, 200, 200])
            // One for each event loop at most.
            #expect(connections <= 2)
        }
    }

    @Test func wrongCertificateIsNotCalled() async throws {
        try await withTemporaryDirectory { directory in
            let certificate = try await TestCertificate(["lab.internal"], in: directory)
            let other = try await TestCertificate(["lab.internal"], in: directory, called: "other")
            for security in [
                UpstreamTransport.Security(authorities: other.files.certificates, serverName: "lab.internal"),
                .init(authorities: certificate.files.certificates, serverName: "other.internal"),
                .init(authorities: certificate.files.certificates), .init(serverName: "lab.internal"),
                .init(authorities: "/nowhere", serverName: "lab.internal"),
            ] {
                let (statuses, _) = try await Self.statuses(shown: certificate, security)
                #expect(statuses == [502], "\(security)")
            }
        }
    }

    @Test func upstreamThatAsksIsShownACertificate() async throws {
        try await withTemporaryDirectory { directory in
            let certificate = try await TestCertificate(["lab.internal"], in: directory)
            let ours = try await TestCertificate(["gateway"], in: directory, called: "ours")
            var security = UpstreamTransport.Security(
                authorities: certificate.files.certificates, serverName: "lab.internal")
            #expect(
                try await Self.statuses(shown: certificate, callers: ours, security).statuses == [502])
            security.certificate = ours.files.certificates
            security.key = ours.files.key
            #expect(
                try await Self.statuses(shown: certificate, callers: ours, security).statuses == [200])
        }
    }
}
