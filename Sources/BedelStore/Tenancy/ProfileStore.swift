package import BedelDomain

/// Profiles, members and group rules in PostgreSQL.
package struct PostgresProfileStore: ProfileStore {
    private let database: PostgresDatabase

    package init(_ database: PostgresDatabase) { self.database = database }

    package func create(_ profile: Profile, audit: AuditEvent) async throws {
        try await database.withTransaction { transaction in
            do {
                try transaction.execute(
                    """
                    INSERT INTO profiles (id, name, namespace, title, kind, state, created_at)
                    VALUES (\(profile.id), \(profile.name), \(profile.namespace), \(profile.title), \(profile.kind),
                        \(profile.state), \(profile.createdAt))
                    """)
            } catch let failure as ServerFailure where failure.isDuplicate(in: "profiles_name_key") {
                throw ProfileNames.taken(profile.name)
            }
            try ProfileNames.give(profile.name, to: profile.id, in: transaction)
            transaction.audit(audit)
        }
    }

    package func profile(named name: Label) async throws -> Profile? {
        try await database.withConnection {
            try $0.first(
                """
                \(ProfileRows.select) WHERE p.deleted_at IS NULL AND (p.name = \(name)
                    OR p.id = (SELECT n.profile_id FROM profile_names n WHERE n.name = \(name)))
                """)?.profile()
        }
    }

    package func profiles() async throws -> [Profile] {
        try await database.withConnection {
            try $0.query("\(ProfileRows.select) WHERE p.deleted_at IS NULL ORDER BY p.name").map { try $0.profile() }
        }
    }

    package func groupRules(of profile: Profile.ID) async throws -> [GroupRule] {
        try await database.withConnection { connection in
            try connection.query(
                "SELECT group_name, role FROM group_rules WHERE profile_id = \(profile) ORDER BY group_name"
            ).map { GroupRule(group: try $0.value("group_name"), role: try $0.value("role")) }
        }
    }

    package func setGroupRules(_ rules: [GroupRule], of profile: Profile.ID, audit: AuditEvent) async throws {
        for rule in rules { try Self.requireMembershipRole(rule.role) }
        try await database.withTransaction { transaction in
            let locked = try transaction.first("SELECT id FROM profiles WHERE id = \(profile) FOR NO KEY UPDATE")
            guard locked != nil else { throw Self.noSuchProfile }
            try transaction.execute("DELETE FROM group_rules WHERE profile_id = \(profile)")
            do {
                try transaction.execute(
                    """
                    INSERT INTO group_rules (profile_id, group_name, role)
                    SELECT \(profile), group_name, role
                    FROM unnest(\(rules.map(\.group))::text[], \(rules.map(\.role))::text[]) AS rule (group_name, role)
                    """)
            } catch let failure as ServerFailure where failure.isDuplicate() {
                throw BedelError(
                    .invalidRequest, "One group stands in two rules.", next: "Give every group one role.")
            }
            _ = try Memberships.applyRules(of: profile, in: transaction)
            transaction.signal(.access)
            transaction.audit(audit)
        }
    }

    package func members(of profile: Profile.ID) async throws -> [Member] {
        try await database.withConnection { connection in
            try connection.query(
                """
                SELECT m.profile_id, m.user_id, m.role, m.source, u.login, u.name, u.email
                FROM members m JOIN users u ON u.id = m.user_id
                WHERE m.profile_id = \(profile)
                ORDER BY u.login COLLATE "C", u.id
                """
            ).map { try $0.member() }
        }
    }

    package func setMember(_ user: User.ID, role: Role, in profile: Profile.ID, audit: AuditEvent) async throws {
        try Self.requireMembershipRole(role)
        try await database.withTransaction { transaction in
            // The lock that joining takes: nobody comes in by the word of whoever is being set back, and of two who make
            // one person a member the second finds them to be one.
            try transaction.execute("SELECT FROM profiles WHERE id = \(profile) FOR NO KEY UPDATE")
            do {
                try transaction.execute(
                    """
                    INSERT INTO memberships (profile_id, user_id, source, role)
                    VALUES (\(profile), \(user), 'manual', \(role))
                    ON CONFLICT (profile_id, user_id, source) DO UPDATE SET role = excluded.role
                    """)
            } catch let failure as ServerFailure where failure.isMissingReference {
                throw BedelError(
                    .notFound, "There is no such person or profile.",
                    next: "People are known here after they have signed in once.")
            }
            transaction.signal(.access)
            transaction.audit(audit)
        }
    }

    /// Takes away the membership by hand; what a group rule says then counts again.
    /// - Throws: `notFound` when they are no member; `conflict` when they are one by a group rule alone.
    package func removeMember(_ user: User.ID, from profile: Profile.ID, audit: AuditEvent) async throws {
        try await database.withTransaction { transaction in
            let removed = try transaction.execute(
                "DELETE FROM memberships WHERE profile_id = \(profile) AND user_id = \(user) AND source = 'manual'")
            guard removed == 1 else {
                let other = try transaction.first(
                    "SELECT role FROM members WHERE profile_id = \(profile) AND user_id = \(user)")
                throw other == nil ? Self.noSuchMember : Self.memberByGroup
            }
            transaction.signal(.access)
            transaction.audit(audit)
        }
    }

    private static func requireMembershipRole(_ role: Role) throws(BedelError) {
        guard role != .admin else {
            throw BedelError(
                .invalidRequest, "Nobody is an admin of one profile; admins are admins of everything.",
                next: "Choose teacher, assistant, student or consumer.")
        }
    }

    private static let noSuchProfile = BedelError(.notFound, "There is no such profile.", next: "Check the address.")
    private static let noSuchMember = BedelError(
        .notFound, "They are no member of this profile.", next: "Load the page again.")
    private static let memberByGroup = BedelError(
        .conflict, "They are a member because of a group at the identity provider.",
        next: "Take them out of the group there, or change the profile's group rules.")
}

enum ProfileRows {
    static let select: SQL = """
        SELECT p.id, p.name, p.namespace, p.title, p.kind, p.state, p.created_at FROM profiles p
        """
}

extension Row {
    func profile() throws -> Profile {
        Profile(
            id: try value("id"), name: try value("name"), namespace: try value("namespace"), title: try value("title"),
            kind: try value("kind"), state: try value("state"), createdAt: try value("created_at"))
    }

    func member() throws -> Member {
        Member(
            profile: try value("profile_id"), user: try value("user_id"), login: try value("login"),
            name: try value("name"), email: try value("email"), role: try value("role"), source: try value("source"))
    }
}
