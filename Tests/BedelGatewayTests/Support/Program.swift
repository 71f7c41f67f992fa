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

    /// One that was free a moment ago, for a program that cannot say which it took. Below the ports that the system gives
    /// to connections of other tests (ip(7), `ip_local_port_range`), so that none of those takes it meanwhile.
    static func freePort() async throws -> Int {
        for _ in 0..<100 {
            let wanted = Int.random(in: 20_000..<32_000)
            let bootstrap = ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            guard let channel = try? await bootstrap.bind(host: "127.0.0.1", port: wanted).get() else { continue }
            try await channel.close().get()
            return wanted
        }
        throw ChannelError.inappropriateOperationForState
    }
}
