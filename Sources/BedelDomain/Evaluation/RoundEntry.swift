/// One frozen version in one round.
package struct RoundEntry: Hashable, Sendable, Codable {
    package enum State: String, Sendable, Codable { case waiting, running, done }

    package let round: Round.ID
    package let version: Version.ID
    package let bundle: Digest
    package let model: Label
    package let number: Int
    package let owner: User.ID
    package let ownerLogin: String
    package let ownerName: String
    package let ownerEmail: String
    /// Place in the round's random order, from 0.
    package let position: Int
    package let state: State
    package let tries: Int
    /// Nil until done.
    package let verdict: Verdict?
    /// From 1, equal scores share one; nil until the round is finished, and for faults.
    package let rank: Int?

    package init(
        round: Round.ID, version: Version.ID, bundle: Digest, model: Label, number: Int, owner: User.ID,
        ownerLogin: String, ownerName: String, ownerEmail: String, position: Int, state: State, tries: Int,
        verdict: Verdict?, rank: Int?
    ) {
        self.round = round
        self.version = version
        self.bundle = bundle
        self.model = model
        self.number = number
        self.owner = owner
        self.ownerLogin = ownerLogin
        self.ownerName = ownerName
        self.ownerEmail = ownerEmail
        self.position = position
        self.state = state
        self.tries = tries
        self.verdict = verdict
        self.rank = rank
    }

    package var scores: Scores? {
        if case .scored(let scores) = verdict { scores } else { nil }
    }
}
