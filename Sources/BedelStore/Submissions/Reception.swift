internal import BedelDomain

/// One hand-in becoming rows: the model if it is new, the version, the build job and the audit row.
struct Reception {
    private let submission: Submission
    private let audit: AuditEvent

    init(_ submission: Submission, _ audit: AuditEvent) {
        self.submission = submission
        self.audit = audit
    }

    /// - Throws: `notFound` without that profile or assignment, `conflict` when the model is somebody else's.
    func run(in transaction: Transaction) throws -> Version {
        let profile = try profile(in: transaction)
        let assignment = try assignment(of: profile.id, in: transaction)
        try checkQuota(of: profile, in: transaction)
        let model = try model(of: profile.id, assignment: assignment, in: transaction)
        let version = try version(of: model, in: transaction)
        try PostgresJobQueue.add(.build(version.id), at: submission.receivedAt, in: transaction)
        transaction.signal(.version(version.id))
        transaction.audit(
            audit.adding([
                "bundle": version.bundle.hex, "number": String(version.number), "version": version.id.rawValue,
            ]))
        return version
    }

    /// Locks the profile's row until the commit: of two hand-ins, one sees what the other has used.
    private func profile(in transaction: Transaction) throws -> Profile {
        let row = try transaction.first(
            """
            \(ProfileRows.select) WHERE p.name = \(submission.profile) AND p.deleted_at IS NULL FOR NO KEY UPDATE
            """)
        guard let profile = try row?.profile() else {
            throw BedelError(
                .notFound, "There is no profile called “\(submission.profile)”.", next: "Check the name of your course."
            )
        }
        try profile.requireActive()
        return profile
    }

    private func checkQuota(of profile: Profile, in transaction: Transaction) throws {
        let known = try transaction.first(
            """
            SELECT id FROM models WHERE profile_id = \(profile.id) AND name = \(submission.model) AND retired_at IS NULL
            """)
        let need = Usage(
            models: known == nil ? 1 : 0, storage: submission.size, submissions: 1, envelope: .standard)
        try QuotaRows.require(
            need, of: submission.owner, in: profile.id, at: submission.receivedAt, on: transaction.connection)
    }

    private func assignment(of profile: Profile.ID, in transaction: Transaction) throws -> Assignment.ID? {
        guard let name = submission.assignment else { return nil }
        let row = try transaction.first("SELECT id FROM assignments WHERE profile_id = \(profile) AND name = \(name)")
        guard let row else {
            throw BedelError(
                .notFound, "There is no assignment called “\(name)” in \(submission.profile).",
                next: "Look at the list of assignments, or hand in without naming one.")
        }
        return try row.value("id")
    }

    /// Locks the model's row until the commit, so that numbers are given one at a time. A retired model comes back, and an
    /// assignment that is named now takes the place of the one before.
    private func model(
        of profile: Profile.ID, assignment: Assignment.ID?, in transaction: Transaction
    ) throws -> Model.ID {
        let id = Model.ID.random(at: submission.receivedAt)
        try transaction.execute(
            """
            INSERT INTO models (id, profile_id, name, owner_id, assignment_id, created_at)
            VALUES (\(id), \(profile), \(submission.model), \(submission.owner), \(assignment), \(submission.receivedAt))
            ON CONFLICT (profile_id, name) DO NOTHING
            """)
        let row = try transaction.first(
            "SELECT id, owner_id FROM models WHERE profile_id = \(profile) AND name = \(submission.model) FOR UPDATE")
        guard let row else { throw BedelError.internalFailure("a model that was kept is not there") }
        guard try row.value("owner_id") == submission.owner else { throw Self.somebodyElses(submission) }
        let model: Model.ID = try row.value("id")
        try transaction.execute(
            """
            UPDATE models SET retired_at = NULL, assignment_id = coalesce(\(assignment)::identifier, assignment_id)
            WHERE id = \(model)
            """)
        return model
    }

    private func version(of model: Model.ID, in transaction: Transaction) throws -> Version {
        let id = Version.ID.random(at: submission.receivedAt)
        let layout = submission.layout
        try transaction.execute(
            """
            INSERT INTO versions (id, model_id, number, bundle, size, runtime, entry, requirements, source, git_commit,
                received_at, state)
            VALUES (\(id), \(model), (SELECT coalesce(max(number), 0) + 1 FROM versions WHERE model_id = \(model)),
                \(submission.bundle), \(submission.size), \(layout.runtime), \(layout.entry), \(layout.requirements),
                \(submission.source), \(submission.commit), \(submission.receivedAt), 'received')
            """)
        guard let row = try transaction.first("\(VersionRows.select) WHERE v.id = \(id)") else {
            throw BedelError.internalFailure("a version that was kept is not there")
        }
        return try row.version()
    }

    private static func somebodyElses(_ submission: Submission) -> BedelError {
        BedelError(
            .conflict,
            "There is a model called “\(submission.model)” in \(submission.profile) already, and it is not yours.",
            next: "Hand yours in under another name, for example with your login at its end.",
            arguments: ["model": submission.model.rawValue])
    }
}
