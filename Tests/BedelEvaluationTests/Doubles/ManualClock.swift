import BedelDomain
import Synchronization

/// Stands still until it is told to go on.
final class ManualClock: TimeSource {
    private let time = Mutex(Timestamp(seconds: 1_795_251_900))

    func now() -> Timestamp { time.withLock { $0 } }
    func advance(by span: Duration) { time.withLock { $0 = $0 + span } }
}
