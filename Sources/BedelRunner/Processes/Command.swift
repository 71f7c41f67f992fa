internal import Subprocess
internal import SystemPackage

/// A program that runs to its end while its output is read line by line. It is killed when the task is cancelled.
struct Command: Sendable {
    var path: String
    var arguments: [String]
    /// All of it: nothing is inherited.
    var environment: [String: String]

    /// - Parameter line: called with every line of output and errors, in order.
    func run(_ line: @escaping @Sendable (String) -> Void) async throws -> Lifecycle.Exit.Status {
        var options = PlatformOptions()
        options.createSession = true
        let variables = environment.map { Array("\($0.key)=\($0.value)".utf8) + [0] }
        let result = try await Subprocess.run(
            .path(FilePath(path)), arguments: Arguments(arguments), environment: .custom(variables),
            platformOptions: options, input: .none, output: .sequence, error: .combinedWithOutput
        ) { execution in
            for try await text in execution.standardOutput.strings(bufferingPolicy: .maxLineLength(64 << 10)) {
                line(text)
            }
        }
        try Task.checkCancellation()
        return Lifecycle.Exit.Status(result.terminationStatus)
    }
}

extension Lifecycle.Exit.Status {
    init(_ status: TerminationStatus) {
        self =
            switch status {
            case .exited(let code): .exited(code)
            case .signaled(let signal): .signalled(signal)
            }
    }
}
