internal import BedelDomain

/// A round coming into being: the versions of this moment are frozen as entries, in the order the seed gives.
struct Opening {
    private let assignment: Assignment
    private let manifest: RoundManifest
    private let manifestDigest: Digest
    private let user: User.ID
    private let time: Timestamp
    private let id: Round.ID

    init(
        assignment: Assignment, manifest: RoundManifest, manifestDigest: Digest, by user: User.ID, at time: Timestamp
    ) {
        self.assignment = assignment
        self.manifest = manifest
        self.manifestDigest = manifestDigest
        self.user = user
        self.time = time
        id = Round.ID.random(at: time)
    }

    /// - Throws: `noEntries`; `conflict` when a round of this assignment is under way; `notFound` without the assignment.
    func run(in transaction: Transaction) throws -> Round {
        try requireActiveProfile(in: transaction)
        try requireTurn(in: transaction)
        let versions = try frozenVersions(in: transaction)
        guard !versions.isEmpty else {
            throw BedelError(
                .noEntries, "No model of “\(assignment.name)” is ready.",
                next: "Wait until at least one hand-in is ready, then start the round.")
        }
        try insertRound(in: transaction)
        try transaction.execute(
            """
            INSERT INTO round_entries (round_id, version_id, position, state)
            SELECT \(id), version_id, place - 1, 'waiting'
            FROM unnest(\(versions)::text[]) WITH ORDINALITY AS entry (version_id, place)
            """)
        try PostgresJobQueue.add(.evaluate(id), at: time, in: transaction)
        transaction.signal(.round(id))
        guard let row = try transaction.first("\(RoundRows.select) WHERE r.id = \(id)") else {
            throw BedelError.internalFailure("a round that was opened is not there")
        }
        return try row.round()
    }

    /// Held as it is until the commit.
    private func requireActiveProfile(in transaction: Transaction) throws {
        let row = try transaction.first("\(ProfileRows.select) WHERE p.name = \(assignment.profile) FOR SHARE")
        try row?.profile().requireActive()
    }

    /// Locks the assignment until the commit, so that two rounds cannot open at once.
    private func requireTurn(in transaction: Transaction) throws {
        let row = try transaction.first("SELECT id FROM assignments WHERE id = \(assignment.id) FOR NO KEY UPDATE")
        guard row != nil else {
            throw BedelError(.notFound, "There is no such assignment.", next: "Check the address.")
        }
        let other = try transaction.first(
            "SELECT number FROM rounds WHERE assignment_id = \(assignment.id) AND state IN ('queued', 'running')")
        if let number: Int = try other?.value("number") {
            throw BedelError(
                .conflict, "Round \(number) of “\(assignment.name)” is under way.",
                next: "Wait until it has finished, or stop it.", arguments: ["number": String(number)])
        }
    }

    /// Sorted by identifier first, so that the seed and the list of versions alone give the order, on any machine.
    private func frozenVersions(in transaction: Transaction) throws -> [Version.ID] {
        let current = try transaction.query(
            """
            SELECT v.id FROM versions v JOIN models m ON m.id = v.model_id JOIN profiles p ON p.id = m.profile_id
            WHERE m.assignment_id = \(assignment.id) AND \(VersionRows.isCurrent)
            """
        ).map { try $0.value("id", as: Version.ID.self) }.sorted()
        return SeededOrder.permutation(of: current.count, seed: manifest.seed).map { current[$0] }
    }

    private func insertRound(in transaction: Transaction) throws {
        try transaction.execute(
            """
            INSERT INTO rounds (id, assignment_id, number, state, manifest, manifest_digest, started_by, created_at)
            VALUES (\(id), \(assignment.id),
                (SELECT coalesce(max(number), 0) + 1 FROM rounds WHERE assignment_id = \(assignment.id)), 'queued',
                \(JSONText.encode(manifest)), \(manifestDigest), \(user), \(time))
            """)
    }
}
