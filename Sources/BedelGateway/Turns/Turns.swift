internal import NIOCore

/// Who does its work a little at a time.
protocol TurnTaker: AnyObject {
    /// Does some of it.
    /// - Returns: whether there is more.
    func takeTurn() -> Bool
}

/// How an event loop shares its time among those who have brought more work than is done at once, so that one of them, or
/// very many, do not keep everybody else waiting for all of it.
final class Turns {
    /// Long enough that to look at everybody in between costs little.
    private static let timeAtOnce = TimeAmount.microseconds(250)

    private let rounds: Rounds
    private var share = TimeShare<any TurnTaker>(limit: timeAtOnce)
    private var isGiving = false

    /// - Parameter rounds: of the event loop that all of them are on.
    init(_ rounds: Rounds) { self.rounds = rounds }

    /// Lets it go on now, or when it is its turn.
    func give(to user: any TurnTaker) {
        share.join(user)
        guard !isGiving else { return }
        go()
    }

    private func go() {
        isGiving = true
        defer { isGiving = false }
        var now = NIODeadline.now()
        while true {
            switch share.next(at: now) {
            case .go(let user):
                let wantsMore = user.takeTurn()
                let end = NIODeadline.now()
                share.took(end - now, user, wantsMore: wantsMore)
                now = end
            case .pause: return rounds.afterNext { [self] in resume() }
            case .idle: return
            }
        }
    }

    private func resume() {
        share.resume(at: .now())
        go()
    }
}
