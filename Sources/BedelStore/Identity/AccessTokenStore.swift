package import BedelDomain

/// Access tokens of our own in PostgreSQL.
package struct PostgresAccessTokenStore: AccessTokenStore {
    private let database: PostgresDatabase

    package init(_ database: PostgresDatabase) { self.database = database }

    package func create(_ token: AccessToken, secretHash: Digest, audit: AuditEvent) async throws {
        try await database.withTransaction { transaction in
            try Self.insert(token, secretHash, in: transaction)
            transaction.audit(audit)
        }
    }

    static func insert(_ token: AccessToken, _ secretHash: Digest, in transaction: Transaction) throws {
        let scopes = token.scopes.sorted { $0.rawValue < $1.rawValue }
        try transaction.execute(
            """
            INSERT INTO access_tokens (id, user_id, name, scopes, secret_hash, created_at, expires_at, last_used_at,
                revoked_at)
            VALUES (\(token.id), \(token.user), \(token.name), \(scopes), \(secretHash), \(token.createdAt),
                \(token.expiresAt), \(token.lastUsedAt), \(token.revokedAt))
            """)
    }

    /// A token of a disabled service account counts as revoked.
    package func find(_ id: AccessToken.ID) async throws -> (token: AccessToken, secretHash: Digest)? {
        try await database.withConnection { connection in
            guard
                let row = try connection.first(
                    """
                    SELECT t.id, t.user_id, t.name, t.scopes, t.secret_hash, t.created_at, t.expires_at, t.last_used_at,
                        coalesce(t.revoked_at, a.disabled_at) AS revoked_at
                    FROM access_tokens t LEFT JOIN service_accounts a ON a.user_id = t.user_id
                    WHERE t.id = \(id)
                    """)
            else { return nil }
            return (try row.accessToken(), try row.value("secret_hash"))
        }
    }

    package func tokens(of user: User.ID) async throws -> [AccessToken] {
        try await database.withConnection {
            try $0.query("SELECT * FROM access_tokens WHERE user_id = \(user) ORDER BY created_at DESC, id DESC")
                .map { try $0.accessToken() }
        }
    }

    /// A token that is revoked already keeps its first date, and nothing is written down.
    /// - Throws: `notFound`.
    package func revoke(_ id: AccessToken.ID, at time: Timestamp, audit: AuditEvent) async throws {
        try await database.withTransaction { transaction in
            let revoked = try transaction.execute(
                "UPDATE access_tokens SET revoked_at = \(time) WHERE id = \(id) AND revoked_at IS NULL")
            guard revoked == 1 else {
                guard try transaction.first("SELECT id FROM access_tokens WHERE id = \(id)") != nil else {
                    throw BedelError(.notFound, "There is no such token.", next: "Load your tokens page again.")
                }
                return
            }
            transaction.signal(.access)
            transaction.audit(audit)
        }
    }

    package func markUsed(_ id: AccessToken.ID, at time: Timestamp) async throws {
        try await database.execute(
            "UPDATE access_tokens SET last_used_at = greatest(last_used_at, \(time)::timestamptz) WHERE id = \(id)")
    }
}

extension Row {
    func accessToken() throws -> AccessToken {
        AccessToken(
            id: try value("id"), user: try value("user_id"), name: try value("name"),
            scopes: Set(try value("scopes", as: [Scope].self)), createdAt: try value("created_at"),
            expiresAt: try value("expires_at"), lastUsedAt: try optional("last_used_at"),
            revokedAt: try optional("revoked_at"))
    }
}
