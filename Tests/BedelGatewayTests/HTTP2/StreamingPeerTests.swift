import BedelDomain
import NIOCore
import Testing

@testable import BedelGateway

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Bodies between programs that nobody here wrote, through the gateway. `make http-streaming` runs this alone with bodies
/// of 10 GB; only then is memory looked at, as otherwise other tests take some at the same time.
@Suite("Large bodies between real programs", .serialized)
struct StreamingPeerTests {
    private static let wanted = ProcessInfo.processInfo.environment["BEDEL_STREAM_BYTES"].flatMap { Int($0) }
    private static let bytes = wanted ?? 200_000_000
    /// Kilobytes that the gateway may grow by, whatever the size of the body.
    private static let growth = 32 * 1024
    private static let peer = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "stream_peer.py")

    enum Direction: String, CaseIterable, Sendable { case download, upload }

    @Test(arguments: Direction.allCases, [1, 2])
    func memoryDoesNotGrowWithTheBody(_ direction: Direction, _ version: Int) async throws {
        let port = try await Program.freePort()
        let snapshot = TestGateway.everything(at: .tcp(host: "127.0.0.1", port: port))
        try await TestGateway.withTLS(snapshot) { gateway, certificate in
            let arguments = gateway.curl(certificate) + ["--max-time", "3600", version == 2 ? "--http2" : "--http1.1"]
            let curl = "curl " + arguments.map { "'\($0)'" }.joined(separator: " ")
            let before = try Memory.restartPeak()
            let began = ContinuousClock.now
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
            guard Self.wanted != nil else { return }
            let grown = try Memory.peak() - before
            #expect(grown < Self.growth)
            let seconds = (ContinuousClock.now - began) / .seconds(1)
            print("http\(version)_\(direction.rawValue)_bytes=\(Self.bytes)")
            print("http\(version)_\(direction.rawValue)_peak_kb=\(before + grown)")
            print("http\(version)_\(direction.rawValue)_growth_kb=\(grown)")
            print("http\(version)_\(direction.rawValue)_mb_per_second=\(Int(Double(Self.bytes) / 1e6 / seconds))")
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

/// This process's memory in kilobytes, as Linux counts it.
private enum Memory {
    /// - Returns: what is taken now; from here on the peak is measured anew.
    static func restartPeak() throws -> Int {
        try Data("5".utf8).write(to: URL(filePath: "/proc/self/clear_refs"))
        return try value("VmRSS")
    }

    static func peak() throws -> Int { try value("VmHWM") }

    private static func value(_ name: String) throws -> Int {
        let status = try String(contentsOf: URL(filePath: "/proc/self/status"), encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("\(name):") })
        return try #require(line.split(whereSeparator: { " \t".contains($0) }).compactMap { Int($0) }.first)
    }
}
