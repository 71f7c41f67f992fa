internal import NIOCore

/// How many requests may be sent once more: a share of all of them, so that an upstream in trouble does not get its
/// load doubled, and a few in any case. Counts over two half windows. A value; time comes in from outside.
struct RetryBudget: Sendable {
    private struct Half {
        var requests = 0
        var retries = 0
    }

    private let share: Double
    private let reserve: Int
    private let half: TimeAmount
    private var current = Half()
    private var previous = Half()
    private var began: NIODeadline

    init(_ settings: UpstreamSettings, now: NIODeadline) {
        share = settings.retryShare
        reserve = settings.retryReserve
        half = TimeAmount(settings.retryWindow / 2)
        began = now
    }

    mutating func noteRequest() { current.requests += 1 }

    /// - Returns: whether one more may be made; then it is counted.
    mutating func spend(at now: NIODeadline) -> Bool {
        roll(now)
        let requests = current.requests + previous.requests
        let allowed = max(reserve, Int(Double(requests) * share))
        guard current.retries + previous.retries < allowed else { return false }
        current.retries += 1
        return true
    }

    /// Called at least once in half a window for the counts to be of that window.
    mutating func roll(_ now: NIODeadline) {
        guard now - began >= half else { return }
        previous = now - began < half * 2 ? current : Half()
        current = Half()
        began = now
    }
}
