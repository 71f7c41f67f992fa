/// What a teacher does: set a task, run a round, look, take grades out. Every call asks the ``Authorizer`` first.
package protocol Evaluations: Sendable {
    /// - Throws: `invalidDataset` naming the line, `conflict`, `forbidden`.
    func createAssignment(
        _ draft: AssignmentDraft, in profile: Label, by principal: Principal, in context: RequestContext
    ) async throws -> Assignment
    /// - Throws: `noEntries`, `conflict` when one is under way, `forbidden`.
    func startRound(of assignment: Label, in profile: Label, by principal: Principal, in context: RequestContext)
        async throws -> Round
    /// Ends a round that waits or runs. What has its verdict keeps it; nothing gets a rank, and there are no grades.
    /// - Throws: `notFound`, `conflict` when it has ended, `forbidden`.
    func stopRound(_ round: Round.ID, by principal: Principal, in context: RequestContext) async throws
    /// The grades file of a finished round: UTF-8 CSV that Moodle takes unedited.
    func grades(of round: Round.ID, by principal: Principal, in context: RequestContext) async throws -> String
}

package struct AssignmentDraft: Sendable {
    package let name: Label
    package let title: String
    package let description: String
    package let metric: Metric
    package let deadline: Timestamp?
    package let envelope: Envelope
    /// The hidden CSV.
    package let dataset: [UInt8]

    package init(
        name: Label, title: String, description: String, metric: Metric, deadline: Timestamp?, envelope: Envelope,
        dataset: [UInt8]
    ) {
        self.name = name
        self.title = title
        self.description = description
        self.metric = metric
        self.deadline = deadline
        self.envelope = envelope
        self.dataset = dataset
    }
}

/// Runs the jobs of one kind.
package protocol JobHandler: Sendable {
    /// - Returns: how it ended; a thrown error counts as `again`.
    func run(_ job: Job) async throws -> Job.Outcome

    /// The job has failed without anybody saying so to what it was for (see ``JobQueue/exhausted()``): say it now. Safe to
    /// call again.
    func giveUp(_ job: Job) async throws
}

extension JobHandler {
    /// Nobody waits for it.
    package func giveUp(_ job: Job) async throws {}
}
