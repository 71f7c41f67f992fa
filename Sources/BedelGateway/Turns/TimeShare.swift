internal import DequeModule
internal import NIOCore

/// Who goes next of those who have brought more work than is done at once, and for how long before everybody else on the
/// event loop is looked at again. Who has just come goes in front of who has had a turn and wants more, but never twice
/// running (as in RFC 8290, section 4.2, with turns for bytes). A value: no clock, no connections.
struct TimeShare<User> {
    enum Step {
        case go(User)
        /// Look at the others, then ``resume(at:)``.
        case pause
        case idle
    }

    /// Of an event loop's time in one go.
    private let limit: TimeAmount
    private var began: NIODeadline = .distantPast
    private var spent: TimeAmount = .zero
    private var isPaused = false
    private var fresh = Deque<User>()
    private var others = Deque<User>()
    private var othersAreNext = false

    init(limit: TimeAmount) { self.limit = limit }

    /// Somebody has come who has had no turn yet.
    mutating func join(_ user: User) { fresh.append(user) }

    mutating func next(at now: NIODeadline) -> Step {
        guard !isPaused, !(fresh.isEmpty && others.isEmpty) else { return .idle }
        guard spent < limit else {
            isPaused = true
            return .pause
        }
        // That long ago, everybody has been looked at meanwhile.
        if now - began > limit + limit { restart(at: now) }
        let isOthersTurn = othersAreNext && !others.isEmpty || fresh.isEmpty
        othersAreNext = !isOthersTurn
        return .go(isOthersTurn ? others.removeFirst() : fresh.removeFirst())
    }

    /// The turn is over.
    mutating func took(_ time: TimeAmount, _ user: User, wantsMore: Bool) {
        spent = spent + time
        if wantsMore { others.append(user) }
    }

    mutating func resume(at now: NIODeadline) {
        isPaused = false
        restart(at: now)
    }

    private mutating func restart(at now: NIODeadline) {
        began = now
        spent = .zero
    }
}
