internal import NIOCore

/// Keeps requests from a replica that has failed too often, and finds out whether it is well again (a circuit breaker,
/// and with several replicas the passive ejection of an outlier). A value; time comes in from outside.
///
///     closed -failures-> open -pause over-> trial -success-> closed
///                          ^------failure------┘
struct Breaker: Equatable, Sendable {
    /// With which a request goes, and with which its outcome is told.
    enum Pass: Equatable, Sendable { case ordinary, trial }

    private enum State: Equatable {
        case closed(failures: Int)
        case open(until: NIODeadline)
        /// One request is finding out.
        case trial
    }

    private var state = State.closed(failures: 0)
    private var pause: Duration
    private let settings: UpstreamSettings

    init(_ settings: UpstreamSettings) {
        self.settings = settings
        pause = settings.firstPause
    }

    var isClosed: Bool { if case .closed = state { true } else { false } }

    /// When it is worth trying again; nil: now.
    func opensAgain(_ now: NIODeadline) -> NIODeadline? {
        switch state {
        case .closed: nil
        case .open(let until): until > now ? until : nil
        case .trial: now + TimeAmount(pause)
        }
    }

    /// - Precondition: ``opensAgain(_:)`` is nil at that time.
    mutating func pass() -> Pass {
        guard !isClosed else { return .ordinary }
        state = .trial
        return .trial
    }

    /// - Returns: whether it was shut before.
    @discardableResult
    mutating func succeeded(_ pass: Pass) -> Bool {
        switch (state, pass) {
        case (.closed(let failures), _):
            if failures > 0 { state = .closed(failures: 0) }
            return false
        case (.trial, .trial):
            state = .closed(failures: 0)
            pause = settings.firstPause
            return true
        // News from before it opened.
        case (.open, _), (.trial, .ordinary): return false
        }
    }

    /// - Returns: whether this opened it.
    @discardableResult
    mutating func failed(_ pass: Pass, at now: NIODeadline) -> Bool {
        switch (state, pass) {
        case (.closed(let failures), _) where failures + 1 < settings.failuresToOpen:
            state = .closed(failures: failures + 1)
            return false
        case (.closed, _):
            state = .open(until: now + TimeAmount(pause))
            return true
        case (.trial, .trial):
            pause = min(pause * 2, settings.longestPause)
            state = .open(until: now + TimeAmount(pause))
            return true
        case (.open, _), (.trial, .ordinary): return false
        }
    }

    /// The trial ended without telling anything: the next request is one.
    mutating func abandoned(_ pass: Pass, at now: NIODeadline) {
        if state == .trial, pass == .trial { state = .open(until: now) }
    }
}
