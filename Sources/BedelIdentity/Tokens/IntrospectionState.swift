internal import BedelDomain

/// When to ask a provider about an opaque token. A pure value; ``Introspector`` acts on it.
///
/// Tokens are known by their hash alone. However many ask about one token, one question is under way; so many
/// questions at a time and no more; and after a failure nothing is asked for a moment.
struct IntrospectionState {
    typealias Verdict = Result<AcceptedToken, TokenFault>

    enum Step: Equatable {
        case use(Verdict)
        /// The one who is told so asks, and then says how it went.
        case ask
        /// Come again when some question is answered.
        case wait
        case unavailable
    }

    struct Limits {
        /// A withdrawn token is noticed after this at the latest.
        var memory = Duration.seconds(60)
        /// A refused token is refused without asking for so long.
        var badMemory = Duration.seconds(10)
        /// Nothing is asked for so long after a failure.
        var retry = Duration.seconds(2)
        var questions = 8
        var waiting = 512
        var remembered = 10_000
    }

    private let limits: Limits
    private var good: [Digest: (token: AcceptedToken, until: Timestamp)] = [:]
    private var bad: [Digest: (fault: TokenFault, until: Timestamp)] = [:]
    private(set) var underWay: Set<Digest> = []
    private var failedAt: Timestamp?

    init(limits: Limits = Limits()) { self.limits = limits }

    /// - Parameter waiting: how many wait already.
    mutating func step(for token: Digest, waiting: Int, at now: Timestamp) -> Step {
        if let known = good[token], known.until > now { return .use(.success(known.token)) }
        if let known = bad[token], known.until > now { return .use(.failure(known.fault)) }
        if let failedAt, now - failedAt < limits.retry { return .unavailable }
        guard !underWay.contains(token), underWay.count < limits.questions else {
            return waiting < limits.waiting ? .wait : .unavailable
        }
        underWay.insert(token)
        return .ask
    }

    mutating func finish(_ token: Digest, _ verdict: Verdict, at now: Timestamp) {
        underWay.remove(token)
        failedAt = nil
        // Kept apart, so that a flood of bad tokens pushes no good one out.
        switch verdict {
        case .success(let accepted):
            if good.count >= limits.remembered { good = good.filter { $0.value.until > now } }
            if good.count >= limits.remembered { good = [:] }
            good[token] = (accepted, min(accepted.expiresAt, now + limits.memory))
        case .failure(let fault):
            good[token] = nil
            if bad.count >= limits.remembered { bad = [:] }
            bad[token] = (fault, now + limits.badMemory)
        }
    }

    /// The provider did not answer, or not as it should. What it said before holds on.
    mutating func fail(_ token: Digest, at now: Timestamp) {
        underWay.remove(token)
        failedAt = now
    }

    /// The one who asked gave up for reasons of their own, which says nothing about the provider: the next may ask.
    mutating func abandon(_ token: Digest) { underWay.remove(token) }
}
