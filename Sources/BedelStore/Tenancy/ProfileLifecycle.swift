package import BedelDomain

/// What happens to a profile after it is made, in PostgreSQL.
package struct PostgresProfileLifecycle: ProfileLifecycle {
    private let database: PostgresDatabase

    package init(_ database: PostgresDatabase) { self.database = database }

    package func edit(_ profile: Profile.ID, title: String, kind: Profile.Kind, audit: AuditEvent) async throws {
        try await database.withTransaction { transaction in
            try Self.hold(profile, in: transaction).requireChangeable()
            try transaction.execute("UPDATE profiles SET title = \(title), kind = \(kind) WHERE id = \(profile)")
            transaction.audit(audit)
        }
    }

    package func rename(_ profile: Profile.ID, to name: Label, audit: AuditEvent) async throws {
        try await database.withTransaction { transaction in
            let before = try Self.hold(profile, in: transaction)
            try before.requireChangeable()
            // Profiles made before names were written down.
            try ProfileNames.give(before.name, to: profile, in: transaction)
            try ProfileNames.give(name, to: profile, in: transaction)
            try transaction.execute("UPDATE profiles SET name = \(name) WHERE id = \(profile)")
            Self.signal(in: transaction)
            transaction.audit(audit)
        }
    }

    package func set(_ state: Profile.State, of profile: Profile.ID, audit: AuditEvent) async throws {
        try await database.withTransaction { transaction in
            _ = try Self.hold(profile, in: transaction)
            try transaction.execute("UPDATE profiles SET state = \(state) WHERE id = \(profile)")
            Self.signal(in: transaction)
            transaction.audit(audit)
        }
    }

    package func delete(_ profile: Profile.ID, at time: Timestamp, audit: AuditEvent) async throws {
        try await database.withTransaction { transaction in
            _ = try Self.hold(profile, in: transaction)
            try transaction.execute("UPDATE profiles SET deleted_at = \(time) WHERE id = \(profile)")
            Self.signal(in: transaction)
            transaction.audit(audit)
        }
    }

    package func restore(_ profile: Profile.ID, audit: AuditEvent) async throws {
        try await database.withTransaction { transaction in
            let restored = try transaction.execute(
                "UPDATE profiles SET deleted_at = NULL WHERE id = \(profile) AND deleted_at IS NOT NULL")
            guard restored == 1 else {
                throw BedelError(
                    .notFound, "There is no such deleted profile.", next: "It is gone for good, or back already.")
            }
            Self.signal(in: transaction)
            transaction.audit(audit)
        }
    }

    package func aliases() async throws -> [Label: Label] {
        try await database.withConnection { connection in
            try connection.query(
                """
                SELECT n.name AS alias, p.name FROM profile_names n JOIN profiles p ON p.id = n.profile_id
                WHERE p.deleted_at IS NULL AND n.name <> p.name
                """
            ).reduce(into: [:]) { $0[try $1.value("alias", as: Label.self)] = try $1.value("name", as: Label.self) }
        }
    }

    package func deletedProfiles() async throws -> [DeletedProfile] {
        try await database.withConnection { connection in
            try connection.query(
                """
                SELECT p.id, p.name, p.namespace, p.title, p.kind, p.state, p.created_at, p.deleted_at FROM profiles p
                WHERE p.deleted_at IS NOT NULL ORDER BY p.deleted_at DESC, p.id
                """
            ).map { DeletedProfile(profile: try $0.profile(), deletedAt: try $0.value("deleted_at")) }
        }
    }

    package func purge(
        deletedBefore time: Timestamp, audit: @escaping @Sendable (Profile) -> AuditEvent
    ) async throws -> [Label] {
        try await database.withTransaction { transaction in
            let profiles = try transaction.query(
                "\(ProfileRows.select) WHERE p.deleted_at < \(time) ORDER BY p.id FOR UPDATE"
            ).map { try $0.profile() }
            for profile in profiles {
                try Purge(profile.id).run(in: transaction)
                transaction.audit(audit(profile))
            }
            return profiles.map(\.name)
        }
    }

    /// The profile as it is now, locked until the commit.
    private static func hold(_ profile: Profile.ID, in transaction: Transaction) throws -> Profile {
        let row = try transaction.first(
            "\(ProfileRows.select) WHERE p.id = \(profile) AND p.deleted_at IS NULL FOR NO KEY UPDATE")
        guard let found = try row?.profile() else {
            throw BedelError(.notFound, "There is no such profile.", next: "Check the address.")
        }
        return found
    }

    /// Who may what, and what runs, is to be looked at again.
    private static func signal(in transaction: Transaction) {
        transaction.signal(.access)
        transaction.signal(.instances)
    }
}
