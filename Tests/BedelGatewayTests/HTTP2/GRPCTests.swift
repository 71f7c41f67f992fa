import BedelDomain
import NIOCore
import Testing

@testable import BedelGateway

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A real gRPC server and client, written by nobody here, with the gateway in between.
@Suite("gRPC end to end")
struct GRPCTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    private static let python = folder.deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: ".tools/venv/bin/python").path

    @Test(arguments: [false, true])
    func everyKindOfCallWorks(_ isSecure: Bool) async throws {
        let port = try await Program.freePort()
        let address = Instance.Address.tcp(host: "127.0.0.1", port: port)
        try await withTemporaryDirectory { directory in
            let shown = try await TestCertificate(["grpc.internal"], in: directory)
            let security = UpstreamTransport.Security(
                authorities: shown.files.certificates, serverName: "grpc.internal")
            let transport = UpstreamTransport(version: .http2, security: isSecure ? security : nil)
            let service = try #require(TestGateway.service("lab", at: address, transport: transport))
            let snapshot = GatewaySnapshot(console: address, services: [service], profiles: [People.course])
            try await TestGateway.withTLS(snapshot) { gateway, certificate in
                let arguments = [
                    Self.folder.appending(path: "grpc_peer.py").path, "\(port)", "\(gateway.ports.gateway)",
                    certificate.files.certificates, "lab--ml-2026.\(TestGateway.base)",
                ]
                let files = isSecure ? [shown.files.certificates, shown.files.key] : []
                let result = try await Program.run("env", [Self.python] + arguments + files)
                #expect(
                    result.output == """
                        unary echo:hello 1 \(TestGateway.alice.user.rawValue)
                        big
                        count 1000
                        total 6
                        both ABC
                        fail NOT_FOUND no such thing: 100 %
                        missing UNIMPLEMENTED\u{20}
                        anonymous UNAUTHENTICATED\u{20}
                        gone UNAVAILABLE

                        """, "\(result.errors)")
            }
        }
    }
}
