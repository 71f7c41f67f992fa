internal import BedelDomain

/// What the end of a model's process means to the student who wrote it.
struct ExitReason {
    let exit: Lifecycle.Exit
    let whileStarting: Bool
    let envelope: Envelope

    init(_ exit: Lifecycle.Exit, whileStarting: Bool, envelope: Envelope) {
        self.exit = exit
        self.whileStarting = whileStarting
        self.envelope = envelope
    }

    var error: BedelError {
        if exit.outOfMemoryKills > 0 { return outOfMemory }
        return switch exit.status {
        case .exited(let code): exited(code)
        case .signalled(let signal): signalled(signal)
        }
    }

    private var outOfMemory: BedelError {
        BedelError(
            .modelOutOfMemory, "The model needed more than its \(envelope.memory >> 20) MiB of memory.",
            next: "Make the model smaller, or load less data at once.",
            arguments: ["memory": String(envelope.memory >> 20)])
    }

    /// The runtimes' own exit codes; see `deploy/runtimes/python/bedel_runtime/failure.py`. A sandbox program hands on
    /// a signal as 128 + its number.
    private func exited(_ code: Int32) -> BedelError {
        switch code {
        case 64...70: notServable
        case 129...159: signalled(code - 128)
        default: crashed("ended with exit code \(code)", arguments: ["exit": String(code)])
        }
    }

    /// The runtime has said what was missing, in its last line.
    private var notServable: BedelError {
        let said = exit.lastLine.flatMap { $0.hasPrefix("bedel: ") ? String($0.dropFirst(7)) : nil }
        return BedelError(
            .modelCrashed, "The model does not start: \(said ?? "its file or class cannot be used.")",
            next: "Look at the model's output, correct the bundle and hand it in again.")
    }

    private func signalled(_ signal: Int32) -> BedelError {
        crashed("was ended by signal \(signal)\(Self.name(of: signal))", arguments: ["signal": String(signal)])
    }

    private func crashed(_ how: String, arguments: [String: String]) -> BedelError {
        let last = exit.lastLine.map { " The last it said: \($0.prefix(300))" } ?? ""
        return BedelError(
            .modelCrashed, "The model \(how) while it \(whileStarting ? "was starting" : "was running").\(last)",
            next: "Look at the model's output; try it on your own machine with the same requirements.",
            arguments: arguments)
    }

    private static func name(of signal: Int32) -> String {
        switch signal {
        case 4: " (illegal instruction)"
        case 6: " (abort)"
        case 8: " (arithmetic error)"
        case 9: " (killed)"
        case 11: " (memory access error)"
        case 25: " (a file grew too large)"
        case 31: " (a forbidden system call)"
        default: ""
        }
    }
}
