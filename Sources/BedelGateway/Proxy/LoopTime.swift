internal import BedelDomain
internal import NIOCore

/// What time it is on one event loop. A request asks for it a dozen times on its way, and what is done with one message takes
/// microseconds; so while something is ``during(_:)``, it is looked at once.
final class LoopTime {
    private let clock: any TimeSource
    private var depth = 0
    private var held: NIODeadline?
    private var heldDate: Timestamp?

    init(_ clock: any TimeSource) { self.clock = clock }

    /// For measuring.
    var now: NIODeadline {
        guard depth > 0 else { return .now() }
        if let held { return held }
        let now = NIODeadline.now()
        held = now
        return now
    }

    /// On the calendar.
    var date: Timestamp {
        guard depth > 0 else { return clock.now() }
        if let heldDate { return heldDate }
        let now = clock.now()
        heldDate = now
        return now
    }

    /// - Parameter body: what is done with one message; it happens at one time.
    @inline(__always)
    func during(_ body: () -> Void) {
        depth += 1
        body()
        depth -= 1
        if depth == 0 { (held, heldDate) = (nil, nil) }
    }
}
