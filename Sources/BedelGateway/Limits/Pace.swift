internal import NIOCore

/// Whether somebody who is waited for gets on at all: so many bytes a second, averaged over a window, so that a pause or a
/// slow line is no fault and one byte every now and then is. Looked at with the other time-outs, never for a piece of a body.
/// A value; time comes in from outside.
struct Pace: Sendable {
    struct Minimum: Sendable {
        /// 0: there is none.
        let bytesPerSecond: Int
        let window: TimeAmount

        var bytes: Int { Int(Double(bytesPerSecond) * Double(window.nanoseconds) / 1e9) }
    }

    private var window: (begin: NIODeadline, bytes: Int)?

    /// - Parameter bytes: since the beginning.
    /// - Returns: whether a whole window has passed with less than there had to be.
    mutating func isTooSlow(_ bytes: Int, at now: NIODeadline, _ minimum: Minimum) -> Bool {
        guard let current = window else {
            window = (now, bytes)
            return false
        }
        guard minimum.bytesPerSecond > 0, now - current.begin >= minimum.window else { return false }
        window = (now, bytes)
        return bytes - current.bytes < minimum.bytes
    }

    /// It is not they who are waited for.
    mutating func stop() { window = nil }
}
