import BedelDomain
import Logging
import NIOSSL
import ServiceLifecycle
import Testing

@testable import BedelGateway

/// A self-signed certificate that openssl makes for one test, and what a client needs to trust it.
struct TestCertificate {
    let files: GatewayConfiguration.TLSFiles

    init(_ names: [String], in directory: String, called file: String = "cert") async throws {
        files = .init(certificates: "\(directory)/\(file).pem", key: "\(directory)/\(file)-key.pem")
        let made = try await Program.run(
            "openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
                "3650", "-subj", "/CN=\(names[0])", "-addext",
                "subjectAltName=\(names.map { "DNS:\($0)" }.joined(separator: ","))", "-keyout", files.key, "-out",
                files.certificates,
            ])
        try #require(made.succeeded, "\(made.errors)")
    }

    /// - Parameter callers: who has to show a certificate; nil: nobody.
    func server(callers: TestCertificate? = nil) throws -> NIOSSLContext {
        var server = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile(files.certificates).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: files.key, format: .pem)))
        if let callers {
            server.certificateVerification = .noHostnameVerification
            server.trustRoots = .file(callers.files.certificates)
        }
        return try NIOSSLContext(configuration: server)
    }

    /// - Parameter protocols: offered by ALPN.
    func client(_ protocols: [String] = []) throws -> NIOSSLContext {
        var client = TLSConfiguration.makeClientConfiguration()
        client.trustRoots = .file(files.certificates)
        client.applicationProtocols = protocols
        return try NIOSSLContext(configuration: client)
    }
}

extension TestGateway {
    /// A gateway with TLS and a certificate for its base and everything under it.
    static func withTLS<Result: Sendable>(
        _ snapshot: GatewaySnapshot, adjust: (inout GatewayConfiguration) -> Void = { _ in },
        _ body: (TestGateway, TestCertificate) async throws -> Result
    ) async throws -> Result {
        try await withTemporaryDirectory { directory in
            let certificate = try await TestCertificate(["bedel.test", "*.bedel.test"], in: directory)
            return try await with(
                snapshot,
                adjust: {
                    $0.isSecure = true
                    $0.tls = TLSSettings(certificates: [certificate.files])
                    adjust(&$0)
                }
            ) { gateway in try await body(gateway, certificate) }
        }
    }

    /// The same, with a way to tell it to stop.
    static func drained(
        _ snapshot: GatewaySnapshot,
        _ body: (TestGateway, TestCertificate, _ drain: @escaping () async -> Void) async throws -> Void
    ) async throws {
        let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        try await withTemporaryDirectory { directory in
            let certificate = try await TestCertificate(["bedel.test", "*.bedel.test"], in: directory)
            let tokens = TokenTable([.bearer("alice"): alice])
            let gateway = Gateway(
                configuration: GatewayConfiguration(
                    listener: .init(host: "127.0.0.1", port: 0), baseAuthority: base, isSecure: true,
                    tls: TLSSettings(certificates: [certificate.files])),
                authenticator: tokens, authorizer: try CedarAuthorizer.forTests(), assertions: PlainAssertions(),
                denials: DenialList(), clock: SystemTime(), logger: quiet)
            let ports = try await gateway.bind()
            await gateway.publish(snapshot)
            let services = ServiceGroup(services: [gateway], logger: quiet)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await services.run() }
                let test = TestGateway(gateway: gateway, ports: ports, tokens: tokens, denials: DenialList())
                try await body(test, certificate) { await services.triggerGracefulShutdown() }
                await services.triggerGracefulShutdown()
                try await group.waitForAll()
            }
        }
    }

    /// curl's arguments for a host of this gateway.
    func curl(_ certificate: TestCertificate, _ host: String = "bedel.test") -> [String] {
        [
            "--silent", "--show-error", "--max-time", "60", "--noproxy", "*", "--cacert",
            certificate.files.certificates, "--connect-to", "\(host):8080:127.0.0.1:\(ports.gateway)",
        ]
    }
}
