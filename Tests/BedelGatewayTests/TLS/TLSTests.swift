import BedelDomain
import Logging
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
    private static let get = "GET / HTTP/1.1\r\nHost: \(TestGateway.base)\r\n\r\n"

    @Test func requestsComeThroughTLSAndAreSecure() async throws {
        try await Upstream.with { upstream, address in
            let adjust: (inout GatewayConfiguration) -> Void = { $0.baseAuthority = "bedel.test" }
            try await TestGateway.withTLS(TestGateway.everything(at: address), adjust: adjust) { gateway, certificate in
                try await RawClient.with(port: gateway.ports.gateway, tls: certificate.client()) { client in
                    let body = String(repeating: "a", count: 1_000_000)
                    for host in ["bedel.test", "bedel.test:443"] {
                        try await client.send(
                            "POST / HTTP/1.1\r\nHost: \(host)\r\nContent-Length: 1000000\r\n\r\n\(body)")
                        let response = try await client.response()
                        #expect(response?.status == 200)
                        let transport = response?.values("Strict-Transport-Security")
                        #expect(transport == ["max-age=31536000; includeSubDomains"])
                    }
                }
            }
            #expect(upstream.seen.map { $0.values("X-Forwarded-Proto") } == [["https"], ["https"]])
            #expect(upstream.seen.map(\.body.count) == [1_000_000, 1_000_000])
        }
    }

    @Test func refusalsSayStrictTransportTooAndUpstreamsDoNot() async throws {
        let own = Upstream.answering("{}", fields: "Strict-Transport-Security: max-age=0\r\n")
        try await Upstream.with(own) { _, address in
            try await TestGateway.withTLS(TestGateway.everything(at: address)) { gateway, certificate in
                try await RawClient.with(port: gateway.ports.gateway, tls: certificate.client()) { client in
                    for (path, status) in [("/", 200), ("/models/ml-2026/digits/v2/x", 401)] {
                        try await client.send("GET \(path) HTTP/1.1\r\nHost: \(TestGateway.base)\r\n\r\n")
                        let response = try await client.response()
                        #expect(response?.status == status)
                        let transport = response?.values("Strict-Transport-Security")
                        #expect(transport == ["max-age=31536000; includeSubDomains"])
                    }
                }
            }
        }
    }

    /// curl trusts each certificate alone, so it accepts only the one that is meant.
    @Test func eachNameIsShownItsOwnCertificate() async throws {
        try await withTemporaryDirectory { directory in
            let base = try await TestCertificate(["bedel.test"], in: directory, called: "base")
            let wild = try await TestCertificate(["*.bedel.test"], in: directory, called: "wild")
            let exact = try await TestCertificate(["lab--ml-2026.bedel.test"], in: directory, called: "exact")
            let expected = [
                ("bedel.test", base), ("ml-2026.bedel.test", wild), ("lab--ml-2026.bedel.test", exact),
                ("LAB--ml-2026.bedel.test", exact),
            ]
            try await Upstream.with { _, address in
                let adjust: (inout GatewayConfiguration) -> Void = {
                    $0.isSecure = true
                    $0.tls = TLSSettings(certificates: [base, wild, exact].map(\.files))
                }
                try await TestGateway.with(TestGateway.everything(at: address), adjust: adjust) { gateway in
                    for (host, right) in expected {
                        for certificate in [base, wild, exact] {
                            let arguments = gateway.curl(certificate, host) + ["https://\(host):8080/x"]
                            let accepted = try await Program.run("curl", arguments).succeeded
                            #expect(accepted == (certificate.files == right.files), "\(host)")
                        }
                    }
                }
            }
        }
    }

    @Test func newCertificateCountsForNewHandshakesAndBreaksNoConnection() async throws {
        try await withTemporaryDirectory { directory in
            try await Upstream.with { _, address in
                let old = try await TestCertificate(["bedel.test"], in: directory)
                let oldClient = try old.client()
                let adjust: (inout GatewayConfiguration) -> Void = {
                    $0.isSecure = true
                    $0.tls = TLSSettings(certificates: [old.files])
                }
                try await TestGateway.with(TestGateway.everything(at: address), adjust: adjust) { gateway in
                    try await RawClient.with(port: gateway.ports.gateway, tls: oldClient) { client in
                        try await client.send(Self.get)
                        #expect(try await client.response()?.status == 200)

                        let new = try await TestCertificate(["bedel.test"], in: directory)
                        await gateway.gateway.reloadCertificates()
                        try await RawClient.with(port: gateway.ports.gateway, tls: new.client()) { fresh in
                            try await fresh.send(Self.get)
                            #expect(try await fresh.response()?.status == 200)
                        }
                        try await RawClient.with(port: gateway.ports.gateway, tls: oldClient) { stale in
                            try? await stale.send(Self.get)
                            let answer = try await stale.response()
                            #expect(answer == nil)
                        }
                        try await client.send(Self.get)
                        #expect(try await client.response()?.status == 200)
                    }
                }
            }
        }
    }

    /// Found by looking, without anybody saying so.
    @Test func changedFilesAreNoticed() async throws {
        try await withTemporaryDirectory { directory in
            try await Upstream.with { _, address in
                let old = try await TestCertificate(["bedel.test"], in: directory)
                let adjust: (inout GatewayConfiguration) -> Void = {
                    $0.isSecure = true
                    $0.tls = TLSSettings(certificates: [old.files])
                    $0.tls?.recheck = .milliseconds(20)
                }
                try await TestGateway.with(TestGateway.everything(at: address), adjust: adjust) { gateway in
                    let new = try await TestCertificate(["bedel.test"], in: directory)
                    let client = try new.client()
                    var isShown = false
                    for _ in 0..<2000 where !isShown {
                        isShown = try await RawClient.with(port: gateway.ports.gateway, tls: client) { fresh in
                            try? await fresh.send(Self.get)
                            return try await fresh.response()?.status == 200
                        }
                    }
                    #expect(isShown)
                }
            }
        }
    }

    enum Damage: CaseIterable { case foreignKey, noKey, noCertificate }

    @Test(arguments: Damage.allCases)
    func badNewCertificateChangesNothing(_ damage: Damage) async throws {
        try await withTemporaryDirectory { directory in
            try await Upstream.with { _, address in
                let good = try await TestCertificate(["bedel.test"], in: directory)
                let trust = try good.client()
                let other = try await TestCertificate(["bedel.test"], in: directory, called: "other")
                let adjust: (inout GatewayConfiguration) -> Void = {
                    $0.isSecure = true
                    $0.tls = TLSSettings(certificates: [good.files])
                }
                try await TestGateway.with(TestGateway.everything(at: address), adjust: adjust) { gateway in
                    let files = FileManager.default
                    func put(_ source: String, _ target: String) throws {
                        try files.removeItem(atPath: target)
                        try files.copyItem(atPath: source, toPath: target)
                    }
                    switch damage {
                    case .foreignKey: try put(other.files.key, good.files.key)
                    case .noKey: try files.removeItem(atPath: good.files.key)
                    case .noCertificate: try Data("nothing".utf8).write(to: URL(filePath: good.files.certificates))
                    }
                    await gateway.gateway.reloadCertificates()
                    try await RawClient.with(port: gateway.ports.gateway, tls: trust) { client in
                        try await client.send(Self.get)
                        #expect(try await client.response()?.status == 200)
                    }
                }
            }
        }
    }

    @Test(arguments: [(Timestamp(microseconds: 0), true), (Timestamp(microseconds: 9_000_000_000_000_000), false)])
    func newCertificateIsUsedUnlessItHasEnded(_ now: Timestamp, _ isUsed: Bool) async throws {
        try await withTemporaryDirectory { directory in
            let certificate = try await TestCertificate(["bedel.test"], in: directory)
            let tls = try ServerTLS(
                TLSSettings(certificates: [certificate.files]), clock: StoppedClock(time: now),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            let before = tls.context
            await tls.reload()
            #expect(tls.context === before, "nothing is new")
            _ = try await TestCertificate(["bedel.test"], in: directory)
            await tls.reload()
            #expect((tls.context !== before) == isUsed)
        }
    }

    private struct StoppedClock: TimeSource {
        let time: Timestamp
        func now() -> Timestamp { time }
    }

    @Test func whoDoesNotShakeHandsIsShownTheDoor() async throws {
        try await Upstream.with { _, address in
            let adjust: (inout GatewayConfiguration) -> Void = { $0.tls?.handshake = .milliseconds(50) }
            try await TestGateway.withTLS(TestGateway.everything(at: address), adjust: adjust) { gateway, _ in
                try await RawClient.with(port: gateway.ports.gateway) { silent in
                    let bytes = try await silent.more()
                    #expect(bytes == nil)
                }
            }
        }
    }

    @Test func oldVersionsAreRefused() async throws {
        try await Upstream.with { _, address in
            try await TestGateway.withTLS(TestGateway.everything(at: address)) { gateway, certificate in
                for (version, works) in [("1.1", false), ("1.2", true), ("1.3", true)] {
                    let arguments = ["--tlsv\(version)", "--tls-max", version, "https://bedel.test:8080/"]
                    let result = try await Program.run("curl", gateway.curl(certificate) + arguments)
                    #expect(result.succeeded == works, "\(version): \(result.errors)")
                }
            }
        }
    }

    @Test(arguments: [
        ("GET /a?b=c HTTP/1.1\r\nHost: bedel.test", 308, "https://bedel.test:8080/a?b=c"),
        ("HEAD / HTTP/1.1\r\nHost: ml-2026.BEDEL.test:80", 308, "https://ml-2026.bedel.test:8080/"),
        ("GET / HTTP/1.1\r\nHost: evil.test", 400, nil), ("GET / HTTP/1.1\r\nHost: evilbedel.test", 400, nil),
        ("GET //evil.test HTTP/1.1\r\nHost: bedel.test", 400, nil), ("POST / HTTP/1.1\r\nHost: bedel.test", 400, nil),
    ])
    func plainPortLeadsToThisOne(_ request: String, _ status: Int, _ location: String?) async throws {
        try await Upstream.with { upstream, address in
            let adjust: (inout GatewayConfiguration) -> Void = {
                $0.tls?.redirectsFrom = .init(host: "127.0.0.1", port: 0)
            }
            try await TestGateway.withTLS(TestGateway.everything(at: address), adjust: adjust) { gateway, _ in
                let port = try #require(gateway.ports.redirect)
                let answer = try await RawClient.with(port: port) { client in
                    try await client.send("\(request)\r\n\r\n")
                    return try await client.response()
                }
                #expect(answer?.status == status)
                #expect(answer?.values("Location").first == location)
            }
            #expect(upstream.seen.isEmpty)
        }
    }

    @Test func certificateThatCannotBeReadStopsTheStart() async throws {
        await #expect(throws: (any Error).self) {
            try await TestGateway.with(
                nil, adjust: { $0.tls = TLSSettings(certificates: [.init(certificates: "/nowhere", key: "/nowhere")]) }
            ) {
                _ in
            }
        }
    }
}
