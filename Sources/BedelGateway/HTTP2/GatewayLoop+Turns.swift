internal import NIOCore

/// How one event loop shares its time among HTTP/2 connections, so that a client with a hundred requests at once does not
/// keep everybody waiting for all of them.
extension GatewayLoop {
    /// Long enough that to look at everybody in between costs nearly nothing.
    static let timeAtOnce = TimeAmount.milliseconds(1)
    /// A task that is due already would be done before anybody is looked at, and so would one that comes due while the
    /// answers of this turn are written.
    private static let lookAround = TimeAmount.microseconds(20)

    /// Lets it go on now, or when it is its turn.
    func giveTurn(to connection: FrameTurns) {
        timeShare.join(connection)
        guard !isGivingTurns else { return }
        giveTurns()
    }

    private func giveTurns() {
        isGivingTurns = true
        defer { isGivingTurns = false }
        var now = NIODeadline.now()
        while true {
            switch timeShare.next(at: now) {
            case .go(let connection):
                let wantsMore = connection.takeTurn()
                let end = NIODeadline.now()
                timeShare.took(end - now, connection, wantsMore: wantsMore)
                now = end
            case .pause:
                let bound = NIOLoopBound(self, eventLoop: eventLoop)
                eventLoop.execute {
                    bound.value.eventLoop.scheduleTask(in: Self.lookAround) {
                        bound.value.timeShare.resume(at: .now())
                        bound.value.giveTurns()
                    }
                }
                return
            case .idle: return
            }
        }
    }
}
