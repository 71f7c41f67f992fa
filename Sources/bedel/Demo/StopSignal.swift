import Subprocess

/// How a server wants to be told to end: PostgreSQL's "fast shutdown" is an interrupt, most others' is a termination.
enum StopSignal: Sendable {
    case interrupt, terminate

    var signal: Signal {
        switch self {
        case .interrupt: .interrupt
        case .terminate: .terminate
        }
    }
}
