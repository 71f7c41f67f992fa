import BedelDomain
import NIOCore
import Testing

@testable import BedelGateway

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Bodies between programs that nobody here wrote, through the gateway. `make http-streaming` sends 10 GB through the whole
/// program and looks at its memory; here other tests take some at the same time.
@Suite("Large bodies between real programs", .serialized)
struct StreamingPeerTests {
    private static let bytes = 200_000_000
    private static let peer = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "stream_peer.py")

    enum Direction: String, CaseIterable, Sendable { case download, upload }

    @Test(arguments: Direction.allCases, [1, 2])
    func everyByteArrives(_ direction: Direction, _ version: Int) async throws {
        let port = try await Program.freePort()
        let snapshot = TestGateway.everything(at: .tcp(host: "127.0.0.1", port: port))
        try await TestGateway.withTLS(snapshot) { gateway, certificate in
            let arguments = gateway.curl(certificate) + ["--max-time", "3600", version == 2 ? "--http2" : "--http1.1"]
            let curl = "curl " + arguments.map { "'\($0)'" }.joined(separator: " ")
            let line =
                switch direction {
                case .download:
                    curl
                        + " --output /dev/null --write-out %{size_download} https://bedel.test:8080/\(Self.bytes)"
                case .upload:
                    "head -c \(Self.bytes) /dev/zero | \(curl)"
                        + " --upload-file - https://bedel.test:8080/x"
                }
            let result = try await Program.run("python3", [Self.peer.path, "\(port)", "bash", "-c", line])
            #expect(result.output == "\(Self.bytes)", "\(result.errors)")
        }
    }

    /// nghttp2's own load generator, which keeps to the protocol to the letter.
    @Test func loadGeneratorIsServedToTheLastRequest() async throws {
        try await Upstream.with { _, address in
            try await TestGateway.withTLS(TestGateway.everything(at: address)) { gateway, _ in
                let result = try await Program.run(
                    "h2load",
                    [
                        "--requests=2000", "--clients=4", "--max-concurrent-streams=50",
                        "--header=:authority: \(TestGateway.base)", "--connect-to=127.0.0.1:\(gateway.ports.gateway)",
                        "https://bedel.test:8080/",
                    ])
                #expect(
                    result.output.contains("2000 succeeded, 0 failed, 0 errored"), "\(result.output)\(result.errors)")
                #expect(result.output.contains("status codes: 2000 2xx"), "\(result.output)")
            }
        }
    }
}
