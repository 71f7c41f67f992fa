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
                (state_hash, browser_hash, issuer, nonce, code_verifier, return_to, max_age, acr_values, expires_at)
            VALUES (\(attempt.stateHash), \(attempt.browserHash), \(attempt.issuer), \(attempt.nonce),
                \(attempt.codeVerifier), \(attempt.returnTo), \(attempt.demand?.maximumAge?.components.seconds),
                \(attempt.demand?.levelText), \(attempt.expiresAt))
            """)
    }

    package func claim(stateHash: Digest, at time: Timestamp) async throws -> SignInAttempt? {
        let attempt = try await database.withConnection {
            try $0.first("DELETE FROM sign_in_attempts WHERE state_hash = \(stateHash) RETURNING *")?.signInAttempt()
        }
        return attempt.flatMap { $0.expiresAt > time ? $0 : nil }
    }

    package func create(_ session: Session) async throws {
        try await database.execute(Self.insertion(of: session))
    }

    package func create(_ session: Session, inPlaceOf old: Session.ID, audit: AuditEvent) async throws {
        try await database.withTransaction { transaction in
            try transaction.execute(Self.insertion(of: session))
            // Held, so that what is being handed over from it is either there already or will not be.
            let held = try transaction.first("\(Self.select) WHERE s.id = \(old) FOR UPDATE OF s")
            guard let ending = try held?.session() else { return }
            try transaction.execute("DELETE FROM sessions WHERE id = \(old)")
            if (ending.user, ending.providerSession) != (session.user, session.providerSession) {
                try transaction.execute(
                    """
                    DELETE FROM sessions
                    WHERE user_id = \(ending.user) AND provider_session = \(ending.providerSession)
                    """)
            }
            transaction.signal(.access)
            transaction.audit(audit)
        }
    }

    private static func insertion(of session: Session) -> SQL {
        """
        INSERT INTO sessions (id, user_id, host, provider_session, id_token, refresh_token, refresh_at,
            remote_address, authenticated_at, acr, created_at, expires_at)
        VALUES (\(session.id), \(session.user), \(session.host), \(session.providerSession), \(session.idToken),
            \(session.refreshToken), \(session.refreshAt), \(session.remoteAddress), \(session.authenticatedAt),
            \(session.level), \(session.createdAt), \(session.expiresAt))
        """
    }

    package func session(_ id: Session.ID, at time: Timestamp) async throws -> Session? {
        try await database.withConnection {
            try $0.first("\(Self.select) WHERE s.id = \(id) AND s.expires_at > \(time)")?.session()
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
            let ended = try Self.delete(
                "s USING users u WHERE u.id = s.user_id AND u.issuer = \(logout.issuer) \(subject) \(session)",
                in: transaction)
            guard ended > 0 else { return 0 }
            transaction.signal(.access)
            transaction.audit(audit.adding(["sessions": String(ended)]))
            return ended
        }
    }

    package func sessions(of user: User.ID, at time: Timestamp) async throws -> [Session] {
        try await database.withConnection {
            try $0.query(
                "\(Self.select) WHERE s.user_id = \(user) AND s.expires_at > \(time) ORDER BY s.created_at DESC, s.id DESC"
            ).map { try $0.session() }
        }
    }

    package func claimRefresh(of session: Session.ID, at time: Timestamp, lease: Timestamp) async throws -> Session? {
        try await database.withConnection { connection in
            // Whoever comes second waits for the first one's row, and then finds it claimed.
            let claimed = try connection.first(
                """
                UPDATE sessions r SET refreshing_until = \(lease) FROM sessions s
                WHERE s.id = \(session) AND r.id = \(Self.holder)
                    AND r.refresh_at <= \(time) AND r.expires_at > \(time)
                    AND (r.refreshing_until IS NULL OR r.refreshing_until <= \(time))
                RETURNING r.id
                """)
            guard let id: Session.ID = try claimed?.value("id") else { return nil }
            return try connection.first("\(Self.select) WHERE s.id = \(id)")?.session()
        }
    }

    /// The lease stays as the mark of who was last; `next` keeps the others away.
    package func finishRefresh(
        of session: Session.ID, lease: Timestamp, token: String?, next: Timestamp
    ) async throws -> Bool {
        try await database.execute(
            """
            UPDATE sessions SET refresh_token = coalesce(\(token)::text, refresh_token), refresh_at = \(next)
            WHERE id = \(session) AND refreshing_until = \(lease)
            """) == 1
    }

    package func offer(_ handover: Handover) async throws {
        try await database.execute(
            """
            INSERT INTO handovers (code_hash, session_id, user_id, host, expires_at)
            VALUES (\(handover.codeHash), \(handover.session), \(handover.user), \(handover.host),
                \(handover.expiresAt))
            """)
    }

    package func receive(
        handover codeHash: Digest, as id: Session.ID, host: String, at time: Timestamp
    ) async throws -> Session? {
        try await database.withTransaction { transaction in
            // The session first, then the code: whoever ends the session takes them in that order as well. Held until
            // the new session is there, so that ``delete(_:in:)`` finds both or this finds none.
            _ = try transaction.first(
                """
                SELECT s.id FROM handovers h JOIN sessions s ON s.id = h.session_id WHERE h.code_hash = \(codeHash)
                FOR SHARE OF s
                """)
            let code = try transaction.first("DELETE FROM handovers WHERE code_hash = \(codeHash) RETURNING *")
            guard let code = try code?.handover(), code.host == host, code.expiresAt > time else { return nil }
            try transaction.execute(
                """
                INSERT INTO sessions (id, user_id, host, provider_session, remote_address, authenticated_at, acr,
                    created_at, expires_at)
                SELECT \(id), user_id, \(host), provider_session, remote_address, authenticated_at, acr, \(time),
                    expires_at
                FROM sessions
                WHERE id = \(code.session) AND user_id = \(code.user) AND expires_at > \(time)
                """)
            return try transaction.first("\(Self.select) WHERE s.id = \(id)")?.session()
        }
    }

    package func sweep(at time: Timestamp) async throws {
        try await database.withTransaction { transaction in
            try transaction.execute("DELETE FROM sign_in_attempts WHERE expires_at <= \(time)")
            try transaction.execute("DELETE FROM handovers WHERE expires_at <= \(time)")
            try transaction.execute("DELETE FROM sessions WHERE expires_at <= \(time)")
            try transaction.execute("DELETE FROM logout_tokens WHERE expires_at <= \(time)")
        }
    }

    /// With the time at which the session that signed in is to be refreshed, whichever of its sessions this is.
    private static let select: SQL = """
        SELECT s.id, s.user_id, s.host, s.provider_session, s.id_token, s.refresh_token, s.remote_address,
            s.authenticated_at, s.acr, s.created_at, s.expires_at,
            (SELECT h.refresh_at FROM sessions h WHERE h.id = \(holder)) AS refresh_at
        FROM sessions s
        """

    /// The session that signed in behind the session `s`: itself, or the one that it was handed over from. Where a person
    /// signed in twice in one provider session, the newest.
    private static let holder: SQL = """
        (SELECT f.id FROM sessions f
        WHERE f.user_id = s.user_id AND f.provider_session = s.provider_session AND f.refresh_token IS NOT NULL
        ORDER BY f.id = s.id DESC, f.created_at DESC LIMIT 1)
        """

    /// Again until none is left: one that is handed over while this waits for it has left another behind, which the
    /// statement that waited was too early to see.
    private static func delete(_ which: SQL, in transaction: Transaction) throws -> Int {
        var ended = 0
        while case let more = try transaction.execute("DELETE FROM sessions \(which)"), more > 0 { ended += more }
        return ended
    }

    private func end(where condition: SQL, _ audit: AuditEvent) async throws {
        try await database.withTransaction { transaction in
            guard try Self.delete("WHERE \(condition)", in: transaction) > 0 else { return }
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
            demand: try demand(), expiresAt: try value("expires_at"))
    }

    private func demand() throws -> SignInDemand? {
        let seconds: Int64? = try optional("max_age")
        let levels: String? = try optional("acr_values")
        return SignInDemand(maxAge: seconds.map { String($0) }, levels: levels)
    }

    func session() throws -> Session {
        Session(
            id: try value("id"), user: try value("user_id"), host: try value("host"),
            providerSession: try optional("provider_session"), idToken: try optional("id_token"),
            refreshToken: try optional("refresh_token"), refreshAt: try optional("refresh_at"),
            remoteAddress: try optional("remote_address"), authenticatedAt: try optional("authenticated_at"),
            level: try optional("acr"), createdAt: try value("created_at"),
            expiresAt: try value("expires_at"))
    }

    func handover() throws -> Handover {
        Handover(
            codeHash: try value("code_hash"), session: try value("session_id"), user: try value("user_id"),
            host: try value("host"), expiresAt: try value("expires_at"))
    }
}
