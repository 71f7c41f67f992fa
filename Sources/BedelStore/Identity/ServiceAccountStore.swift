package import BedelDomain

/// Service accounts in PostgreSQL.
package struct PostgresServiceAccountStore: ServiceAccountStore {
    private let database: PostgresDatabase

    package init(_ database: PostgresDatabase) { self.database = database }

    package func create(_ account: ServiceAccount, audit: AuditEvent) async throws {
        try await database.withTransaction { transaction in
            let profile = try transaction.first("SELECT id FROM profiles WHERE name = \(account.profile)")
            guard let profile: Profile.ID = try profile?.value("id") else {
                throw BedelError(
                    .notFound, "There is no profile called “\(account.profile)”.", next: "Check the address.")
            }
            do {
                try Self.insert(account, profile, in: transaction)
            } catch let failure as ServerFailure where failure.isDuplicate() {
                throw BedelError(
                    .conflict, "There is a service account called “\(account.name)” in \(account.profile) already.",
                    next: "Choose another name.", arguments: ["name": account.name.rawValue])
            }
            transaction.audit(audit)
        }
    }

    package func account(_ name: Label, in profile: Label) async throws -> ServiceAccount? {
        try await database.withConnection {
            try $0.first("\(Self.select) WHERE p.name = \(profile) AND a.name = \(name)")?.serviceAccount()
        }
    }

    package func accounts(in profile: Label) async throws -> [ServiceAccount] {
        try await database.withConnection {
            try $0.query("\(Self.select) WHERE p.name = \(profile) ORDER BY a.name").map { try $0.serviceAccount() }
        }
    }

    package func setDisabled(_ user: User.ID, at time: Timestamp?, audit: AuditEvent) async throws {
        try await database.withTransaction { transaction in
            let changed = try transaction.execute(
                """
                UPDATE service_accounts SET disabled_at = \(time)
                WHERE user_id = \(user) AND (disabled_at IS NULL) <> (\(time)::timestamptz IS NULL)
                """)
            guard changed == 1 else { return }
            transaction.signal(.access)
            transaction.audit(audit)
        }
    }

    private static func insert(_ account: ServiceAccount, _ profile: Profile.ID, in transaction: Transaction) throws {
        try transaction.execute(
            """
            INSERT INTO users (id, issuer, subject, login, name, email, groups, is_admin, created_at, last_seen_at)
            VALUES (\(account.user), \(ServiceAccount.issuer), \("\(account.profile)/\(account.name)"),
                \(account.login), \(account.title), '', '{}', false, \(account.createdAt), \(account.createdAt))
            """)
        try transaction.execute(
            """
            INSERT INTO service_accounts (user_id, profile_id, name, title, created_by, created_at, disabled_at)
            VALUES (\(account.user), \(profile), \(account.name), \(account.title), \(account.createdBy),
                \(account.createdAt), \(account.disabledAt))
            """)
    }

    private static let select: SQL = """
        SELECT a.user_id, p.name AS profile, a.name, a.title, a.created_by, a.created_at, a.disabled_at
        FROM service_accounts a JOIN profiles p ON p.id = a.profile_id
        """
}

extension Row {
    fileprivate func serviceAccount() throws -> ServiceAccount {
        ServiceAccount(
            user: try value("user_id"), profile: try value("profile"), name: try value("name"),
            title: try value("title"), createdBy: try value("created_by"), createdAt: try value("created_at"),
            disabledAt: try optional("disabled_at"))
    }
}
