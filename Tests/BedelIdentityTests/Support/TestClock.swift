import BedelDomain
import Synchronization

/// A clock that stands still until it is moved.
final class TestClock: TimeSource {
    private let moment: Mutex<Timestamp>

    /// 2026-03-01T09:00:00Z, unless another is given.
    init(_ start: Timestamp = Timestamp(seconds: 1_772_355_600)) { moment = Mutex(start) }

    func now() -> Timestamp { moment.withLock { $0 } }
    func advance(_ span: Duration) { moment.withLock { $0 = $0 + span } }
}
