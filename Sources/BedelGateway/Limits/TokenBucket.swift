internal import NIOCore

/// Lets so many through a second, and more at once after a pause. A value; time comes in from outside.
struct TokenBucket: Sendable {
    private var tokens: Double
    private var filledAt: NIODeadline
    /// Taken here since ``takeSpent()``, for those who count the same elsewhere.
    private var spent = 0.0

    init(_ rate: RequestRate, now: NIODeadline) {
        tokens = rate.burst
        filledAt = now
    }

    /// - Returns: nil when it may go; else how long until one may.
    mutating func take(_ rate: RequestRate, now: NIODeadline) -> TimeAmount? {
        fill(rate, now)
        guard tokens < 1 else {
            tokens -= 1
            spent += 1
            return nil
        }
        return .nanoseconds(Int64((1 - tokens) / rate.perSecond * 1e9))
    }

    /// What others have let through of the same. May leave less than nothing, which is filled up first.
    mutating func debit(_ count: Double, _ rate: RequestRate) { tokens = max(tokens - count, -rate.burst) }

    mutating func takeSpent() -> Double {
        defer { spent = 0 }
        return spent
    }

    /// As good as new.
    mutating func isFull(_ rate: RequestRate, now: NIODeadline) -> Bool {
        fill(rate, now)
        return tokens >= rate.burst
    }

    private mutating func fill(_ rate: RequestRate, _ now: NIODeadline) {
        guard now > filledAt else { return }
        tokens = min(rate.burst, tokens + Double((now - filledAt).nanoseconds) / 1e9 * rate.perSecond)
        filledAt = now
    }
}
