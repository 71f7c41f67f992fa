import BedelDomain
import NIOSSL
import Testing

@testable import BedelGateway

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite("TLS")
struct TLSTests {
    @Test func requestsComeThroughTLSAndAreSecure() async throws {
        try await withTemporaryDirectory { directory in
            let files = GatewayConfiguration.TLSFiles(certificates: "\(directory)/c.pem", key: "\(directory)/k.pem")
            try Data(Self.certificate.utf8).write(to: URL(filePath: files.certificates))
            try Data(Self.key.utf8).write(to: URL(filePath: files.key))
            var client = TLSConfiguration.makeClientConfiguration()
            client.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(Self.certificate.utf8)))
            let context = try NIOSSLContext(configuration: client)
            try await Upstream.with { upstream, address in
                let adjust: (inout GatewayConfiguration) -> Void = {
                    $0.isSecure = true
                    $0.tls = files
                    $0.baseAuthority = "bedel.test"
                }
                try await TestGateway.with(TestGateway.everything(at: address), adjust: adjust) { gateway in
                    try await RawClient.with(port: gateway.ports.gateway, tls: context) { client in
                        let body = String(repeating: "a", count: 1_000_000)
                        for host in ["bedel.test", "bedel.test:443"] {
                            try await client.send(
                                "POST / HTTP/1.1\r\nHost: \(host)\r\nContent-Length: 1000000\r\n\r\n\(body)")
                            let response = try await client.response()
                            #expect(response?.status == 200)
                        }
                    }
                }
                #expect(upstream.seen.map { $0.values("X-Forwarded-Proto") } == [["https"], ["https"]])
                #expect(upstream.seen.map(\.body.count) == [1_000_000, 1_000_000])
            }
        }
    }

    @Test func certificateThatCannotBeReadStopsTheStart() async throws {
        await #expect(throws: (any Error).self) {
            try await TestGateway.with(nil, adjust: { $0.tls = .init(certificates: "/nowhere", key: "/nowhere") }) {
                _ in
            }
        }
    }

    /// Self-signed for `bedel.test`, made for this test and good for nothing else.
    private static let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBpjCCAUygAwIBAgIUQ1eSc2pgLpdUBOZfB9Gm9WTQAxgwCgYIKoZIzj0EAwIw
        FTETMBEGA1UEAwwKYmVkZWwudGVzdDAgFw0yNjExMjEwNTA2NDBaGA8yMTI2MTAy
        ODA1MDY0MFowFTETMBEGA1UEAwwKYmVkZWwudGVzdDBZMBMGByqGSM49AgEGCCqG
        SM49AwEHA0IABK6d59mEc7MOsdTamu/s5qrAok1t5Q8PonWXOMDedKv8J/h0CFH2
        ZJEMCA71a5jvnqyYVPDDNoA37ZCQhKuMpPajeDB2MB0GA1UdDgQWBBTac/QRiXtH
        c19TDfuf6eB/5JOSITAfBgNVHSMEGDAWgBTac/QRiXtHc19TDfuf6eB/5JOSITAP
        BgNVHRMBAf8EBTADAQH/MCMGA1UdEQQcMBqCCmJlZGVsLnRlc3SCDCouYmVkZWwu
        dGVzdDAKBggqhkjOPQQDAgNIADBFAiEAnEjsBcOg7P3+j6WJca7O8cm45WJCgGLY
        +8J1pc91OZ0CIBFVafHuyczEyJm1R2OcPine3SKFIO6EQh3EXyBZvn1t
        -----END CERTIFICATE-----
        """
    private static let key = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgxY1HpLFZWCk5tb5V
        Yo9VbSdyIuJc0v5ahe9TWGIiKf6hRANCAASunefZhHOzDrHU2prv7OaqwKJNbeUP
        D6J1lzjA3nSr/Cf4dAhR9mSRDAgO9WuY756smFTwwzaAN+2QkISrjKT2
        -----END PRIVATE KEY-----
        """
}
