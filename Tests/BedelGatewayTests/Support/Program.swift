import NIOCore
import NIOPosix
import Subprocess
import Testing

/// A program of this machine, run to its end.
enum Program {
    struct Result: Sendable {
        let succeeded: Bool
        let output: String
        let errors: String
    }

    static func run(_ name: String, _ arguments: [String]) async throws -> Result {
        let result = try await Subprocess.run(
            .name(name), arguments: Arguments(arguments), output: .string(limit: 1 << 22),
            error: .string(limit: 1 << 22))
        return Result(
            succeeded: result.terminationStatus.isSuccess, output: result.standardOutput,
            errors: result.standardError)
    }

    /// One that was free a moment ago, for a program that cannot say which it took.
    static func freePort() async throws -> Int {
        let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .bind(host: "127.0.0.1", port: 0).get()
        let port = channel.localAddress?.port
        try await channel.close().get()
        return try #require(port)
    }
}
