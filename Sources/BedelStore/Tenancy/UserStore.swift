package import BedelDomain

/// People in PostgreSQL.
package struct PostgresUserStore: UserStore {
    private let database: PostgresDatabase

    package init(_ database: PostgresDatabase) { self.database = database }

    package func signIn(_ identity: VerifiedIdentity, at time: Timestamp, audit: AuditEvent) async throws -> User {
        try await database.withTransaction { transaction in
            try Memberships.holdRules(in: transaction)
            let before = try transaction.first(
                "\(Self.select) WHERE issuer = \(identity.issuer) AND subject = \(identity.subject) FOR UPDATE"
            )?.user()
            let user = try Self.keep(identity, at: time, in: transaction)
            let changes =
                try Memberships.applyRules(to: user.id, in: transaction)
                + Memberships.acceptInvitations(of: user, in: transaction)
            if let before, changes > 0 || !before.says(identity) { transaction.signal(.access) }
            transaction.audit(audit)
            return user
        }
    }

    package func user(_ id: User.ID) async throws -> User? {
        try await database.withConnection { try $0.first("\(Self.select) WHERE id = \(id)")?.user() }
    }

    package func user(issuer: String, subject: String) async throws -> User? {
        try await database.withConnection {
            try $0.first("\(Self.select) WHERE issuer = \(issuer) AND subject = \(subject)")?.user()
        }
    }

    /// By login. Service accounts are no people.
    package func users() async throws -> [User] {
        try await database.withConnection {
            try $0.query(
                "\(Self.select) WHERE issuer <> \(ServiceAccount.issuer) ORDER BY login COLLATE \"C\", id"
            ).map { try $0.user() }
        }
    }

    package func roles(of user: User.ID) async throws -> [Label: Role] {
        try await database.withConnection { try Self.roles(of: user, on: $0) }
    }

    static func roles(of user: User.ID, on connection: PostgresConnection) throws -> [Label: Role] {
        try connection.query(
            """
            SELECT p.name, m.role FROM members m JOIN profiles p ON p.id = m.profile_id WHERE m.user_id = \(user)
            UNION ALL
            SELECT p.name, 'consumer' FROM service_accounts a JOIN profiles p ON p.id = a.profile_id
            WHERE a.user_id = \(user) AND a.disabled_at IS NULL AND p.deleted_at IS NULL
            """
        ).reduce(into: [:]) { $0[try $1.value("name", as: Label.self)] = try $1.value("role", as: Role.self) }
    }

    private static func keep(_ identity: VerifiedIdentity, at time: Timestamp, in transaction: Transaction) throws
        -> User
    {
        let row = try transaction.first(
            """
            INSERT INTO users (id, issuer, subject, login, name, email, groups, is_admin, created_at, last_seen_at,
                email_verified)
            VALUES (\(User.ID.random(at: time)), \(identity.issuer), \(identity.subject), \(identity.login),
                \(identity.name), \(identity.email), \(identity.groups), \(identity.isAdmin), \(time), \(time),
                coalesce(\(identity.isEmailVerified)::boolean, false))
            ON CONFLICT (issuer, subject) DO UPDATE SET
                email_verified = coalesce(
                    \(identity.isEmailVerified)::boolean, users.email_verified AND users.email = excluded.email),
                login = excluded.login, name = excluded.name, email = excluded.email, groups = excluded.groups,
                is_admin = excluded.is_admin, last_seen_at = greatest(users.last_seen_at, excluded.last_seen_at)
            RETURNING *
            """)
        guard let row else { throw BedelError.internalFailure("a user that was kept did not come back") }
        return try row.user()
    }

    static let select: SQL = """
        SELECT id, issuer, subject, login, name, email, groups, is_admin, created_at, last_seen_at FROM users
        """
}

extension User {
    /// Whether the provider says nothing new of them.
    fileprivate func says(_ identity: VerifiedIdentity) -> Bool {
        login == identity.login && name == identity.name && email == identity.email && groups == identity.groups
            && isAdmin == identity.isAdmin
    }
}

extension Row {
    func user() throws -> User {
        User(
            id: try value("id"), issuer: try value("issuer"), subject: try value("subject"), login: try value("login"),
            name: try value("name"), email: try value("email"), groups: try value("groups"),
            isAdmin: try value("is_admin"), createdAt: try value("created_at"), lastSeenAt: try value("last_seen_at"))
    }
}
