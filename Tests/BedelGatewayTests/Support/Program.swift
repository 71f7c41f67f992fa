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
}
