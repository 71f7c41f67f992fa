internal import BedelDomain
internal import Logging
internal import Synchronization

/// Something a provider publishes, fetched when it is needed and kept: the shell around ``RefreshState``.
final class Refreshing<Value: Sendable>: Sendable {
    private struct Storage {
        var state: RefreshState<Value>
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let storage: Mutex<Storage>
    private let what: String
    private let clock: any TimeSource
    private let logger: Logger
    private let fetch: @Sendable () async throws -> Value

    /// - Parameter what: for the log.
    init(
        _ what: String, timing: IdentityConfiguration.Timing, clock: any TimeSource, logger: Logger,
        fetch: @escaping @Sendable () async throws -> Value
    ) {
        storage = Mutex(Storage(state: RefreshState(timing: timing)))
        self.what = what
        self.clock = clock
        self.logger = logger
        self.fetch = fetch
    }

    /// - Throws: ``BedelError`` `providerUnavailable` when there is nothing and none can be had now.
    func value(_ need: RefreshState<Value>.Need = .current) async throws -> (value: Value, generation: Int) {
        // One turn to fetch, one to use what came of it; more only when those who fetched were cancelled one after
        // another.
        while true {
            try Task.checkCancellation()
            switch storage.withLock({ $0.state.step(for: need, at: clock.now()) }) {
            case .use(let value, let generation): return (value, generation)
            case .wait: await untilFetched()
            case .fetch: await fetchNow()
            case .unavailable:
                throw BedelError(
                    .providerUnavailable, "The sign-in service does not answer.",
                    next: "Wait a minute and try again; whoever is signed in already can go on.", detail: what)
            }
        }
    }

    /// What there is, when it is certain that asking would bring nothing newer now; see ``RefreshState/settled(at:)``.
    var settled: Value? { storage.withLock { $0.state.settled(at: clock.now()) } }

    private func fetchNow() async {
        let result: Result<Value, any Error>
        do { result = .success(try await fetch()) } catch { result = .failure(error) }
        let waiting = storage.withLock { storage in
            switch result {
            case .success(let value): storage.state.finish(value, at: clock.now())
            case .failure where Task.isCancelled: storage.state.abandon()
            case .failure: storage.state.fail(at: clock.now())
            }
            defer { storage.waiting = [] }
            return storage.waiting
        }
        waiting.forEach { $0.resume() }
        if case .failure(let error) = result {
            logger.warning("could not fetch", metadata: ["what": "\(what)", "error": "\(String(reflecting: error))"])
        }
    }

    private func untilFetched() async {
        await withCheckedContinuation { continuation in
            let isFetching = storage.withLock { storage in
                if storage.state.isFetching { storage.waiting.append(continuation) }
                return storage.state.isFetching
            }
            if !isFetching { continuation.resume() }
        }
    }
}
