/// Work that outlives the request that asked for it. A worker may die at any instruction: the lease runs out, another
/// takes it, and every stage may run again safely.
package struct Job: Hashable, Sendable, Codable {
    package typealias ID = Identifier<Job>

    /// What is to be done, and to what.
    package enum Work: Hashable, Sendable, Codable {
        case build(Version.ID)
        case evaluate(Round.ID)
    }

    package enum State: String, Sendable, Codable { case waiting, running, done, failed }

    package let id: ID
    package let work: Work
    package let state: State
    /// Counts this one.
    package let attempt: Int
    package let maximumAttempts: Int
    package let createdAt: Timestamp

    package init(id: ID, work: Work, state: State, attempt: Int, maximumAttempts: Int, createdAt: Timestamp) {
        self.id = id
        self.work = work
        self.state = state
        self.attempt = attempt
        self.maximumAttempts = maximumAttempts
        self.createdAt = createdAt
    }

    /// How a run of a job ended.
    package enum Outcome: Sendable {
        case done
        /// Again after this long, unless its attempts are used up.
        case again(after: Duration, BedelError)
        case failed(BedelError)
    }
}
