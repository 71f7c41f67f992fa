package import BedelDomain

/// Device authorizations in PostgreSQL.
package struct PostgresDeviceAuthorizationStore: DeviceAuthorizationStore {
    private let database: PostgresDatabase

    package init(_ database: PostgresDatabase) { self.database = database }

    package func begin(
        _ authorization: DeviceAuthorization, deviceCode: Digest, userCode: Digest, limits: DeviceLimits
    ) async throws {
        try await database.withTransaction { transaction in
            try Self.checkRoom(for: authorization, limits, in: transaction)
            try transaction.execute(
                """
                INSERT INTO device_authorizations (id, device_hash, user_hash, client, scopes, token_seconds,
                    remote_address, created_at, expires_at, state, user_id, interval_seconds, asked_at)
                VALUES (\(authorization.id), \(deviceCode), \(userCode), \(authorization.client),
                    \(authorization.scopes.sorted { $0.rawValue < $1.rawValue }),
                    \(authorization.tokenLifetime.components.seconds), \(authorization.remoteAddress),
                    \(authorization.createdAt), \(authorization.expiresAt), \(authorization.state),
                    \(authorization.user), \(authorization.interval.components.seconds), \(authorization.askedAt))
                """)
        }
    }

    package func mayTry(_ user: User.ID, at time: Timestamp, limits: DeviceLimits) async throws -> Bool {
        try await database.withTransaction { transaction in
            // Two tries at the same moment are counted one after the other.
            _ = try transaction.first("SELECT id FROM users WHERE id = \(user) FOR NO KEY UPDATE")
            let recent = try transaction.first(
                """
                SELECT count(*) AS tries FROM device_tries
                WHERE user_id = \(user) AND at > \(time - limits.window) AND at <= \(time)
                """)
            guard try recent?.value("tries", as: Int.self) ?? 0 < limits.tries else { return false }
            try transaction.execute("INSERT INTO device_tries (user_id, at) VALUES (\(user), \(time))")
            return true
        }
    }

    package func pending(userCode: Digest, at time: Timestamp) async throws -> DeviceAuthorization? {
        try await database.withConnection {
            try $0.first(
                """
                SELECT * FROM device_authorizations
                WHERE user_hash = \(userCode) AND state = 'pending' AND expires_at > \(time)
                """)?.deviceAuthorization()
        }
    }

    package func decide(
        _ id: DeviceAuthorization.ID, by user: User.ID, approve: Bool, at time: Timestamp, audit: AuditEvent
    ) async throws -> Bool {
        try await database.withTransaction { transaction in
            let state: DeviceAuthorization.State = approve ? .approved : .denied
            let decided = try transaction.execute(
                """
                UPDATE device_authorizations SET state = \(state), user_id = \(user)
                WHERE id = \(id) AND state = 'pending' AND expires_at > \(time)
                """)
            guard decided == 1 else { return false }
            transaction.audit(audit)
            return true
        }
    }

    package func ask(
        deviceCode: Digest, at time: Timestamp
    ) async throws -> (DeviceAuthorization, DeviceAuthorization.Answer)? {
        try await database.withTransaction { transaction in
            let row = try transaction.first(
                "SELECT * FROM device_authorizations WHERE device_hash = \(deviceCode) FOR NO KEY UPDATE")
            guard var authorization = try row?.deviceAuthorization() else { return nil }
            let answer = authorization.ask(at: time)
            try transaction.execute(
                """
                UPDATE device_authorizations SET asked_at = \(authorization.askedAt),
                    interval_seconds = \(authorization.interval.components.seconds)
                WHERE id = \(authorization.id)
                """)
            return (authorization, answer)
        }
    }

    package func redeem(
        _ id: DeviceAuthorization.ID, for token: AccessToken, secretHash: Digest, audit: AuditEvent
    ) async throws -> Bool {
        try await database.withTransaction { transaction in
            let used = try transaction.execute(
                """
                UPDATE device_authorizations SET state = 'used'
                WHERE id = \(id) AND state = 'approved' AND user_id = \(token.user)
                    AND expires_at > \(token.createdAt)
                """)
            guard used == 1 else { return false }
            try PostgresAccessTokenStore.insert(token, secretHash, in: transaction)
            transaction.audit(audit)
            return true
        }
    }

    package func sweep(at time: Timestamp) async throws {
        try await database.withTransaction { transaction in
            // Kept for a while after their end, so that a program that comes late learns that it is late.
            try transaction.execute("DELETE FROM device_authorizations WHERE expires_at <= \(time - .seconds(3600))")
            try transaction.execute("DELETE FROM device_tries WHERE at <= \(time - .seconds(3600))")
        }
    }

    private static func checkRoom(
        for authorization: DeviceAuthorization, _ limits: DeviceLimits, in transaction: Transaction
    ) throws {
        let waiting = try transaction.first(
            """
            SELECT count(*) AS all_of_them, count(*) FILTER (WHERE remote_address = \(authorization.remoteAddress)) AS there
            FROM device_authorizations WHERE state = 'pending' AND expires_at > \(authorization.createdAt)
            """)
        guard let waiting, try waiting.value("all_of_them", as: Int.self) < limits.waitingInAll,
            try waiting.value("there", as: Int.self) < limits.waitingThere
        else {
            throw BedelError(
                .tooManyRequests, "Too many programs wait to be let in.",
                next: "Wait ten minutes, or make a token on your tokens page.")
        }
    }
}

extension Row {
    fileprivate func deviceAuthorization() throws -> DeviceAuthorization {
        DeviceAuthorization(
            id: try value("id"), client: try value("client"), scopes: Set(try value("scopes", as: [Scope].self)),
            tokenLifetime: .seconds(try value("token_seconds", as: Int64.self)),
            remoteAddress: try value("remote_address"), createdAt: try value("created_at"),
            expiresAt: try value("expires_at"), state: try value("state"), user: try optional("user_id"),
            interval: .seconds(try value("interval_seconds", as: Int64.self)), askedAt: try optional("asked_at"))
    }
}
