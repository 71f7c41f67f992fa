package import BedelDomain

/// Models and versions in PostgreSQL. What a hand-in does is in ``Reception``, logs are in `ModelStore+log.swift`.
package struct PostgresModelStore: ModelStore {
    let database: PostgresDatabase

    package init(_ database: PostgresDatabase) { self.database = database }

    package func receive(_ submission: Submission, audit: AuditEvent) async throws -> Version {
        try await database.withTransaction { try Reception(submission, audit).run(in: $0) }
    }

    package func model(named name: Label, in profile: Label) async throws -> Model? {
        try await database.withConnection {
            try $0.first("\(ModelRows.select) WHERE m.name = \(name) AND p.name = \(profile)")?.model()
        }
    }

    package func models(in profile: Label) async throws -> [Model] {
        try await models(where: "p.name = \(profile) AND m.retired_at IS NULL")
    }

    /// By profile and name; without retired ones.
    package func models(of owner: User.ID) async throws -> [Model] {
        try await models(where: "m.owner_id = \(owner) AND m.retired_at IS NULL")
    }

    package func versions(of model: Model.ID) async throws -> [Version] {
        try await versions("WHERE v.model_id = \(model) ORDER BY v.number DESC")
    }

    package func version(_ id: Version.ID) async throws -> Version? {
        try await database.withConnection { try $0.first("\(VersionRows.select) WHERE v.id = \(id)")?.version() }
    }

    package func currentVersions(in profile: Label?) async throws -> [Version] {
        let place: SQL = profile.map { "AND p.name = \($0)" } ?? ""
        return try await versions(
            "WHERE \(VersionRows.isCurrent) AND \(VersionRows.hasPlace) \(place) ORDER BY p.name, m.name")
    }

    package func latestVersions(in profile: Label, limit: Int) async throws -> [Version] {
        try await versions("WHERE p.name = \(profile) ORDER BY v.sequence DESC LIMIT \(max(0, limit))")
    }

    package func advance(
        _ version: Version.ID, from state: Version.State, to next: Version.State, environment: Digest?, fault: Fault?,
        audit: AuditEvent?
    ) async throws -> Bool {
        try await database.withTransaction { transaction in
            let moved = try transaction.execute(
                """
                UPDATE versions SET state = \(next), environment = coalesce(\(environment)::digest, environment),
                    fault = \(fault.map { try JSONText.encode($0) })
                WHERE id = \(version) AND state = \(state)
                """)
            guard moved == 1 else { return false }
            transaction.signal(.version(version))
            if let audit { transaction.audit(audit) }
            return true
        }
    }

    package func retire(_ model: Model.ID, at time: Timestamp, audit: AuditEvent) async throws {
        try await database.withTransaction { transaction in
            let retired = try transaction.execute(
                "UPDATE models SET retired_at = \(time) WHERE id = \(model) AND retired_at IS NULL")
            guard retired == 1 else {
                guard try transaction.first("SELECT id FROM models WHERE id = \(model)") != nil else {
                    throw BedelError(.notFound, "There is no such model.", next: "Check the address.")
                }
                return
            }
            for row in try transaction.query("SELECT id FROM versions WHERE model_id = \(model)") {
                transaction.signal(.version(try row.value("id")))
            }
            transaction.signal(.instances)
            transaction.audit(audit)
        }
    }

    private func models(where condition: SQL) async throws -> [Model] {
        try await database.withConnection {
            try $0.query("\(ModelRows.select) WHERE \(condition) ORDER BY p.name, m.name").map { try $0.model() }
        }
    }

    private func versions(_ clauses: SQL) async throws -> [Version] {
        try await database.withConnection { try $0.query("\(VersionRows.select) \(clauses)").map { try $0.version() } }
    }
}
