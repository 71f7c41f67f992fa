internal import BedelDomain

/// When to fetch again what a provider publishes: its metadata, its keys. A pure value; ``Refreshing`` acts on it.
///
/// What was fetched once is kept until something newer arrives, however often fetching fails. Nobody waits for a fetch
/// who has something to go on with, and only one fetch is under way at a time.
struct RefreshState<Value: Sendable> {
    enum Need: Equatable {
        /// Whatever there is, as long as there is something.
        case current
        /// Something fetched after that generation: it did not hold the key that is needed.
        case newer(than: Int)
    }

    enum Step {
        case use(Value, generation: Int)
        /// The one who is told so fetches, and then says how it went with ``finish(_:at:)``.
        case fetch
        /// Ask again when the fetch under way is finished.
        case wait
        /// There is nothing, and it is too soon to try again.
        case unavailable
    }

    private let timing: IdentityConfiguration.Timing
    private var value: Value?
    private var generation = 0
    private var fetchedAt: Timestamp?
    private var failedAt: Timestamp?
    private var forcedAt: Timestamp?
    private(set) var isFetching = false

    init(timing: IdentityConfiguration.Timing) { self.timing = timing }

    mutating func step(for need: Need, at now: Timestamp) -> Step {
        guard let value else { return first(at: now) }
        switch need {
        case .newer(than: let seen) where seen == generation:
            if isFetching { return .wait }
            guard hasPassed(timing.window, since: forcedAt, at: now), hasPassed(timing.window, since: failedAt, at: now)
            else { return .use(value, generation: generation) }
            forcedAt = now
            isFetching = true
            return .fetch
        case .newer, .current:
            guard !isFetching, hasPassed(timing.maximumAge, since: fetchedAt, at: now),
                hasPassed(timing.window, since: failedAt, at: now)
            else { return .use(value, generation: generation) }
            isFetching = true
            return .fetch
        }
    }

    /// What there is, as long as nothing newer can be had: neither under way, nor due, nor to be asked for so soon again.
    func settled(at now: Timestamp) -> Value? {
        guard !isFetching, !hasPassed(timing.maximumAge, since: fetchedAt, at: now),
            !hasPassed(timing.window, since: forcedAt, at: now) || !hasPassed(timing.window, since: failedAt, at: now)
        else { return nil }
        return value
    }

    mutating func finish(_ fetched: Value, at now: Timestamp) {
        isFetching = false
        value = fetched
        generation += 1
        fetchedAt = now
        failedAt = nil
    }

    mutating func fail(at now: Timestamp) {
        isFetching = false
        failedAt = now
    }

    /// The one who fetched gave up for reasons of their own, which says nothing about the provider: the next may try.
    mutating func abandon() {
        isFetching = false
        forcedAt = nil
    }

    private mutating func first(at now: Timestamp) -> Step {
        if isFetching { return .wait }
        guard hasPassed(timing.retry, since: failedAt, at: now) else { return .unavailable }
        isFetching = true
        return .fetch
    }

    private func hasPassed(_ span: Duration, since moment: Timestamp?, at now: Timestamp) -> Bool {
        moment.map { now - $0 >= span } ?? true
    }
}
