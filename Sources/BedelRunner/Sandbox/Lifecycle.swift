internal import BedelDomain

/// The life of one instance as a value: what has happened to it, and what that means. No clock, no process.
struct Lifecycle: Sendable {
    private enum Phase: Sendable {
        case starting, ready, stopping, ended(BedelError?)
    }

    /// How the process ended, as the system told it.
    struct Exit: Sendable, Equatable {
        enum Status: Sendable, Equatable { case exited(Int32), signalled(Int32) }

        var status: Status
        /// Processes of this instance that the kernel killed because the memory limit was reached.
        var outOfMemoryKills: Int
        var lastLine: String?
    }

    private var phase = Phase.starting
    private let envelope: Envelope

    init(envelope: Envelope) { self.envelope = envelope }

    /// Why it ended, if it has and was not asked to.
    var fault: BedelError? {
        if case .ended(let error) = phase { error } else { nil }
    }

    var hasEnded: Bool {
        if case .ended = phase { true } else { false }
    }

    mutating func becameHealthy() {
        if case .starting = phase { phase = .ready }
    }

    mutating func stopRequested() {
        if !hasEnded { phase = .stopping }
    }

    /// - Returns: the error to report to the listener: only of an instance that was ready and not asked to stop.
    mutating func processEnded(_ exit: Exit) -> BedelError? {
        switch phase {
        case .starting:
            phase = .ended(ExitReason(exit, whileStarting: true, envelope: envelope).error)
            return nil
        case .ready:
            let error = ExitReason(exit, whileStarting: false, envelope: envelope).error
            phase = .ended(error)
            return error
        case .stopping:
            phase = .ended(nil)
            return nil
        case .ended: return nil
        }
    }
}
