import BedelDomain
import Synchronization

/// Signals inside one process.
final class LocalSignals: Signals {
    private let listeners = Mutex<[AsyncStream<Topic>.Continuation]>([])

    func send(_ topic: Topic) async throws {
        for listener in listeners.withLock({ $0 }) { listener.yield(topic) }
    }

    func topics() -> AsyncStream<Topic> {
        let (stream, post) = AsyncStream<Topic>.makeStream()
        listeners.withLock { $0.append(post) }
        return stream
    }
}

/// Waits until something is so, looking again every other millisecond; an error counts as not yet. Gives up after a
/// minute.
func eventually(_ condition: () async throws -> Bool) async -> Bool {
    let deadline = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < deadline {
        if (try? await condition()) == true { return true }
        // A pause, not a wait: spinning would keep the very thing it looks at from a core.
        try? await Task.sleep(for: .milliseconds(2))
    }
    return false
}
