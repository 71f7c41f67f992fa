package import BedelDomain

extension PostgresAuditLog {
    /// The newest record; nil when there is none.
    package func head() async throws -> (sequence: Int64, hash: Digest)? {
        try await database.withConnection { connection in
            guard let row = try connection.first("SELECT sequence, hash FROM audit_head WHERE sequence > 0") else {
                return nil
            }
            return (try row.value("sequence"), try row.value("hash"))
        }
    }

    /// Keeps a signed checkpoint. Signing the same place twice keeps the first.
    package func keep(_ checkpoint: AuditCheckpoint, signature: String) async throws {
        try await database.execute(
            """
            INSERT INTO audit_checkpoints (sequence, hash, at, signature)
            VALUES (\(checkpoint.sequence), \(checkpoint.hash), \(checkpoint.at), \(signature))
            ON CONFLICT (sequence) DO NOTHING
            """)
    }

    /// The signatures of all checkpoints, oldest first.
    package func checkpoints() async throws -> [String] {
        try await database.withConnection { connection in
            try connection.query("SELECT signature FROM audit_checkpoints ORDER BY sequence").map {
                try $0.value("signature")
            }
        }
    }

    /// How far a spool of refusals has been taken over: bytes from its start.
    package func position(of spool: String) async throws -> Int64 {
        try await database.withConnection { connection in
            try connection.first("SELECT position FROM audit_spools WHERE name = \(spool)")?.value("position") ?? 0
        }
    }

    /// Takes refusals over from a spool, and notes how far, in one transaction: a crash at any instruction leaves none out
    /// and takes none twice.
    package func takeOver(_ events: [AuditEvent], from spool: String, upTo position: Int64) async throws {
        try await database.withTransaction { transaction in
            try transaction.execute(
                """
                INSERT INTO audit_spools (name, position) VALUES (\(spool), \(position))
                ON CONFLICT (name) DO UPDATE SET position = excluded.position
                """)
            for event in events { transaction.audit(event) }
        }
    }

    /// A spool that was taken over whole is gone.
    package func forget(spool: String) async throws {
        try await database.execute("DELETE FROM audit_spools WHERE name = \(spool)")
    }
}
