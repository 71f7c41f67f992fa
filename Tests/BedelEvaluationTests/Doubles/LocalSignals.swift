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
