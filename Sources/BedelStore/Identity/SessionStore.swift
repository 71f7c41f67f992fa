package import BedelDomain

/// Sign-ins under way, sessions and hand-overs in PostgreSQL.
///
/// A session that begins changes nothing that anybody may remember, so only its end is signalled.
package struct PostgresSessionStore: SessionStore {
    private let database: PostgresDatabase

    package init(_ database: PostgresDatabase) { self.database = database }

    package func begin(_ attempt: SignInAttempt) async throws {
        try await database.execute(
            """
            INSERT INTO sign_in_attempts
                (state_hash, browser_hash, issuer, nonce, code_verifier, return_to, expires_at)
            VALUES (\(attempt.stateHash), \(attempt.browserHash), \(attempt.issuer), \(attempt.nonce),
                \(attempt.codeVerifier), \(attempt.returnTo), \(attempt.expiresAt))
            """)
    }

    package func claim(stateHash: Digest, at time: Timestamp) async throws -> SignInAttempt? {
        let attempt = try await database.withConnection {
            try $0.first("DELETE FROM sign_in_attempts WHERE state_hash = \(stateHash) RETURNING *")?.signInAttempt()
        }
        return attempt.flatMap { $0.expiresAt > time ? $0 : nil }
    }

    package func create(_ session: Session) async throws {
        try await database.execute(
            """
            INSERT INTO sessions (id, user_id, host, provider_session, id_token, remote_address, created_at,
                expires_at)
            VALUES (\(session.id), \(session.user), \(session.host), \(session.providerSession), \(session.idToken),
                \(session.remoteAddress), \(session.createdAt), \(session.expiresAt))
            """)
    }

    package func session(_ id: Session.ID, at time: Timestamp) async throws -> Session? {
        try await database.withConnection {
            try $0.first("SELECT * FROM sessions WHERE id = \(id) AND expires_at > \(time)")?.session()
        }
    }

    /// Nothing happens, and nothing is written down, when it has ended already.
    package func end(_ id: Session.ID, audit: AuditEvent) async throws {
        try await end(where: "id = \(id)", audit)
    }

    package func endAll(of user: User.ID, providerSession: String?, audit: AuditEvent) async throws {
        let narrower: SQL = providerSession.map { "AND provider_session = \($0)" } ?? ""
        try await end(where: "user_id = \(user) \(narrower)", audit)
    }

    package func end(_ logout: ProviderLogout, audit: AuditEvent) async throws -> Int? {
        try await database.withTransaction { transaction in
            if let token = logout.token {
                let isNew = try transaction.execute(
                    """
                    INSERT INTO logout_tokens (token_hash, expires_at) VALUES (\(token.hash), \(token.forgottenAt))
                    ON CONFLICT DO NOTHING
                    """)
                guard isNew == 1 else { return nil }
            }
            let subject: SQL = logout.subject.map { "AND u.subject = \($0)" } ?? ""
            let session: SQL = logout.providerSession.map { "AND s.provider_session = \($0)" } ?? ""
            let ended = try transaction.execute(
                """
                DELETE FROM sessions s USING users u
                WHERE u.id = s.user_id AND u.issuer = \(logout.issuer) \(subject) \(session)
                """)
            guard ended > 0 else { return 0 }
            transaction.signal(.access)
            transaction.audit(audit.adding(["sessions": String(ended)]))
            return ended
        }
    }

    package func sessions(of user: User.ID, at time: Timestamp) async throws -> [Session] {
        try await database.withConnection {
            try $0.query(
                "SELECT * FROM sessions WHERE user_id = \(user) AND expires_at > \(time) ORDER BY created_at DESC, id DESC"
            ).map { try $0.session() }
        }
    }

    package func offer(_ handover: Handover) async throws {
        try await database.execute(
            """
            INSERT INTO handovers (code_hash, session_id, user_id, host, expires_at)
            VALUES (\(handover.codeHash), \(handover.session), \(handover.user), \(handover.host),
                \(handover.expiresAt))
            """)
    }

    package func claim(handover codeHash: Digest, at time: Timestamp) async throws -> Handover? {
        let handover = try await database.withConnection {
            try $0.first("DELETE FROM handovers WHERE code_hash = \(codeHash) RETURNING *")?.handover()
        }
        return handover.flatMap { $0.expiresAt > time ? $0 : nil }
    }

    package func sweep(at time: Timestamp) async throws {
        try await database.withTransaction { transaction in
            try transaction.execute("DELETE FROM sign_in_attempts WHERE expires_at <= \(time)")
            try transaction.execute("DELETE FROM handovers WHERE expires_at <= \(time)")
            try transaction.execute("DELETE FROM sessions WHERE expires_at <= \(time)")
            try transaction.execute("DELETE FROM logout_tokens WHERE expires_at <= \(time)")
        }
    }

    private func end(where condition: SQL, _ audit: AuditEvent) async throws {
        try await database.withTransaction { transaction in
            guard try transaction.execute("DELETE FROM sessions WHERE \(condition)") > 0 else { return }
            transaction.signal(.access)
            transaction.audit(audit)
        }
    }
}

extension Row {
    func signInAttempt() throws -> SignInAttempt {
        SignInAttempt(
            stateHash: try value("state_hash"), browserHash: try value("browser_hash"), issuer: try value("issuer"),
            nonce: try value("nonce"), codeVerifier: try value("code_verifier"), returnTo: try value("return_to"),
            expiresAt: try value("expires_at"))
    }

    func session() throws -> Session {
        Session(
            id: try value("id"), user: try value("user_id"), host: try value("host"),
            providerSession: try optional("provider_session"), idToken: try optional("id_token"),
            remoteAddress: try optional("remote_address"), createdAt: try value("created_at"),
            expiresAt: try value("expires_at"))
    }

    func handover() throws -> Handover {
        Handover(
            codeHash: try value("code_hash"), session: try value("session_id"), user: try value("user_id"),
            host: try value("host"), expiresAt: try value("expires_at"))
    }
}
