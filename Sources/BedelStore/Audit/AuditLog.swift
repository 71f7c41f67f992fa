package import BedelDomain

/// The audit trail in PostgreSQL. The table itself refuses to be changed or emptied.
package struct PostgresAuditLog: AuditLog {
    let database: PostgresDatabase

    package init(_ database: PostgresDatabase) { self.database = database }

    /// Those who append at the same time share a transaction, and so the wait for the disk; each returns when its own
    /// event is safe.
    package func append(_ event: AuditEvent) async throws {
        try await database.auditBatches.append(AuditEntry(event)) { [database] entries in
            try await database.withTransaction { try AuditChain.append(entries, on: $0.connection) }
        }
    }

    package func records(matching filter: AuditFilter, limit: Int) async throws -> [AuditRecord] {
        let sql = Self.newest(matching: filter, limit: max(0, limit))
        return try await database.withConnection { try $0.query(sql).map { try $0.auditRecord() } }
    }

    /// Newest first. A profile's are looked up name by name in `audit_of_profile`, so that nobody else's records are read,
    /// however long the trail is and however rare the profile.
    static func newest(matching filter: AuditFilter, limit: Int) -> SQL {
        let conditions = conditions(of: filter)
        guard let profile = filter.profile else {
            return "\(select) WHERE \(conditions) ORDER BY sequence DESC LIMIT \(limit)"
        }
        // The planner takes every profile for one of average size, and where there are few it would rather walk the whole
        // trail backwards, which takes long for a small one. Only that index has the order by profile; with
        // `profile = one.name` that order would mean nothing, and the planner would drop it.
        return """
            SELECT record.* FROM unnest(\(ProfileNames.all(ofWhoHas: profile))) AS one (name)
                CROSS JOIN LATERAL (
                    \(select) WHERE profile = ANY (ARRAY[one.name]) AND \(conditions)
                    ORDER BY profile, sequence DESC LIMIT \(limit)
                ) AS record
            ORDER BY record.sequence DESC LIMIT \(limit)
            """
    }

    /// All but the profile.
    private static func conditions(of filter: AuditFilter) -> SQL {
        var conditions: SQL = "true"
        if let actorName = filter.actorName { conditions = "\(conditions) AND actor_name = \(actorName)" }
        if let action = filter.action { conditions = "\(conditions) AND action = \(action)" }
        if let before = filter.before { conditions = "\(conditions) AND sequence < \(before)" }
        if let outcome = filter.outcome { conditions = "\(conditions) AND outcome = \(outcome.rawValue)" }
        if let since = filter.since { conditions = "\(conditions) AND at >= \(since)" }
        if let until = filter.until { conditions = "\(conditions) AND at < \(until)" }
        return conditions
    }

    /// From that number on, oldest first.
    package func records(from sequence: Int64, limit: Int) async throws -> [AuditRecord] {
        let sql: SQL = "\(Self.select) WHERE sequence >= \(sequence) ORDER BY sequence LIMIT \(max(0, limit))"
        return try await database.withConnection { try $0.query(sql).map { try $0.auditRecord() } }
    }

    package func firstBroken() async throws -> Int64? { try await finding(against: [])?.sequence }

    /// Walks the whole chain.
    ///
    /// - Parameter checkpoints: whose signatures have been checked.
    /// - Returns: the first place where it is not sound; nil when it is.
    package func finding(against checkpoints: [AuditCheckpoint]) async throws -> AuditFinding? {
        try await database.withConnection { connection in
            try connection.transaction {
                // One picture of the chain and its head, whoever appends meanwhile.
                try connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                return try Self.walk(connection, AuditChainCheck(checkpoints: checkpoints))
            }
        }
    }

    static func walk(_ connection: PostgresConnection, _ start: AuditChainCheck) throws -> AuditFinding? {
        var check = start
        while true {
            let rows = try connection.query(
                "\(select) WHERE sequence >= \(check.expected) ORDER BY sequence LIMIT \(pageLength)")
            for row in rows {
                // What cannot even be read has been tampered with as well.
                if let finding = check.finding(at: try? row.auditRecord()) { return finding }
            }
            if rows.count < pageLength { break }
        }
        let head = try connection.first("SELECT sequence, hash FROM audit_head")
        return check.finding(endingAt: (try head?.value("sequence") ?? 0, try head?.value("hash")))
    }

    private static let pageLength = 1000

    private static let select: SQL = """
        SELECT sequence, at, actor, actor_name, action, resource, profile, outcome, reason, facts, request_id,
            remote_address, previous, hash FROM audit
        """
}

extension Row {
    func auditRecord() throws -> AuditRecord {
        let event = AuditEvent(
            at: try value("at"), actor: try optional("actor"), actorName: try value("actor_name"),
            action: try value("action"), resource: try value("resource"), profile: try optional("profile"),
            outcome: try value("outcome"), reason: try value("reason"), facts: try json("facts"),
            requestID: try value("request_id"), remoteAddress: try value("remote_address"))
        return AuditRecord(
            sequence: try value("sequence"), event: event, previous: try value("previous"), hash: try value("hash"))
    }
}
