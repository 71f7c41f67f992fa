package import BedelDomain

/// Assignments and rounds in PostgreSQL. How a round opens is in ``Opening``, how it runs in `EvaluationStore+rounds.swift`.
package struct PostgresEvaluationStore: EvaluationStore {
    let database: PostgresDatabase

    package init(_ database: PostgresDatabase) { self.database = database }

    package func create(_ assignment: Assignment, audit: AuditEvent) async throws {
        try await database.withTransaction { transaction in
            let row = try transaction.first("\(ProfileRows.select) WHERE p.name = \(assignment.profile) FOR SHARE")
            guard let profile = try row?.profile() else {
                throw BedelError(
                    .notFound, "There is no profile called “\(assignment.profile)”.", next: "Check the address.")
            }
            do {
                try profile.requireChangeable()
                try Self.insert(assignment, profile.id, in: transaction)
            } catch let failure as ServerFailure where failure.isDuplicate(in: "assignments_name_in_profile") {
                throw BedelError(
                    .conflict, "There is an assignment called “\(assignment.name)” in \(assignment.profile) already.",
                    next: "Choose another name.", arguments: ["name": assignment.name.rawValue])
            }
            transaction.audit(audit)
        }
    }

    package func assignment(named name: Label, in profile: Label) async throws -> Assignment? {
        try await database.withConnection {
            try $0.first("\(AssignmentRows.select) WHERE a.name = \(name) AND p.name = \(profile)")?.assignment()
        }
    }

    /// By name.
    package func assignments(in profile: Label) async throws -> [Assignment] {
        try await database.withConnection {
            try $0.query("\(AssignmentRows.select) WHERE p.name = \(profile) ORDER BY a.name").map {
                try $0.assignment()
            }
        }
    }

    package func open(
        _ assignment: Assignment, manifest: RoundManifest, manifestDigest: Digest, by user: User.ID, at time: Timestamp,
        audit: AuditEvent
    ) async throws -> Round {
        let opening = Opening(
            assignment: assignment, manifest: manifest, manifestDigest: manifestDigest, by: user, at: time)
        return try await database.withTransaction { transaction in
            let round = try opening.run(in: transaction)
            transaction.audit(audit.adding(["round": round.id.rawValue, "number": String(round.number)]))
            return round
        }
    }

    package func round(_ id: Round.ID) async throws -> Round? {
        try await database.withConnection { try $0.first("\(RoundRows.select) WHERE r.id = \(id)")?.round() }
    }

    package func rounds(of assignment: Label, in profile: Label) async throws -> [Round] {
        try await database.withConnection {
            try $0.query(
                "\(RoundRows.select) WHERE a.name = \(assignment) AND p.name = \(profile) ORDER BY r.number DESC"
            ).map { try $0.round() }
        }
    }

    package func entries(of round: Round.ID) async throws -> [RoundEntry] {
        try await database.withConnection {
            try $0.query("\(EntryRows.select) WHERE e.round_id = \(round) ORDER BY e.position").map {
                try $0.roundEntry()
            }
        }
    }

    private static func insert(
        _ assignment: Assignment, _ profile: Profile.ID, in transaction: Transaction
    ) throws {
        try transaction.execute(
            """
            INSERT INTO assignments (id, profile_id, name, title, description, dataset, row_count, features, label_column,
                metric, envelope, deadline, created_by, created_at)
            VALUES (\(assignment.id), \(profile), \(assignment.name), \(assignment.title), \(assignment.description),
                \(assignment.dataset), \(assignment.rowCount), \(assignment.features), \(assignment.labelColumn),
                \(assignment.metric), \(JSONText.encode(assignment.envelope)), \(assignment.deadline),
                \(assignment.createdBy), \(assignment.createdAt))
            """)
    }
}
