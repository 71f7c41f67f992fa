package import BedelDomain

/// Rosters, invitations and closed doors in PostgreSQL.
package struct PostgresEnrolmentStore: EnrolmentStore {
    private let database: PostgresDatabase

    package init(_ database: PostgresDatabase) { self.database = database }

    package func plan(_ roster: Roster, in profile: Profile.ID) async throws -> RosterPlan {
        try await database.withConnection { try Self.plan(roster, in: profile, on: $0) }
    }

    package func enrol(
        _ roster: Roster, in profile: Profile.ID, at time: Timestamp, audit: AuditEvent
    ) async throws -> RosterPlan {
        try await database.withTransaction { transaction in
            // The lock that sign-ins take too: whoever signs in meanwhile is known, or finds their invitation.
            try Self.hold(profile, in: transaction)
            let plan = try Self.plan(roster, in: profile, on: transaction.connection)
            try Self.write(plan, in: profile, at: time, transaction)
            transaction.signal(.access)
            transaction.audit(
                audit.adding(["lines": "\(plan.outcomes.count)", "problems": "\(plan.problemCount)"]))
            return plan
        }
    }

    package func invitations(to profile: Profile.ID) async throws -> [Invitation] {
        try await database.withConnection { connection in
            try connection.query(
                "SELECT person, role, invited_at FROM invitations WHERE profile_id = \(profile) ORDER BY person"
            ).map {
                Invitation(
                    person: try $0.value("person"), role: try $0.value("role"), invitedAt: try $0.value("invited_at"))
            }
        }
    }

    package func withdraw(_ person: String, from profile: Profile.ID, audit: AuditEvent) async throws {
        try await database.withTransaction { transaction in
            try transaction.execute(
                "DELETE FROM invitations WHERE profile_id = \(profile) AND person = \(person.lowercased())")
            transaction.audit(audit)
        }
    }

    package func disabledMembers(of profile: Profile.ID) async throws -> [Member] {
        try await database.withConnection { connection in
            try connection.query(
                """
                SELECT DISTINCT ON (u.login, m.user_id) m.profile_id, m.user_id, m.role, m.source, u.login, u.name, u.email
                FROM memberships m JOIN users u ON u.id = m.user_id
                    JOIN disabled_members d ON d.profile_id = m.profile_id AND d.user_id = m.user_id
                WHERE m.profile_id = \(profile)
                ORDER BY u.login, m.user_id, m.source = 'manual' DESC
                """
            ).map { try $0.member() }
        }
    }

    package func set(
        disabled: Bool, _ user: User.ID, in profile: Profile.ID, audit: AuditEvent
    ) async throws {
        try await database.withTransaction { transaction in
            // The lock that joining takes: nobody comes in by the word of whoever is being kept out.
            try transaction.execute("SELECT FROM profiles WHERE id = \(profile) FOR NO KEY UPDATE")
            if disabled {
                try transaction.execute(
                    """
                    INSERT INTO disabled_members (profile_id, user_id) VALUES (\(profile), \(user))
                    ON CONFLICT DO NOTHING
                    """)
            } else {
                try transaction.execute(
                    "DELETE FROM disabled_members WHERE profile_id = \(profile) AND user_id = \(user)")
            }
            transaction.signal(.access)
            transaction.audit(audit)
        }
    }

    private static func hold(_ profile: Profile.ID, in transaction: Transaction) throws {
        let row = try transaction.first(
            "\(ProfileRows.select) WHERE p.id = \(profile) AND p.deleted_at IS NULL FOR NO KEY UPDATE")
        guard let found = try row?.profile() else {
            throw BedelError(.notFound, "There is no such profile.", next: "Check the address.")
        }
        try found.requireChangeable()
    }

    private static func plan(
        _ roster: Roster, in profile: Profile.ID, on connection: PostgresConnection
    ) throws -> RosterPlan {
        let people = roster.lines.compactMap { line in
            if case .person(let person, _) = line.entry { person } else { nil }
        }
        let known = try connection.query(
            """
            SELECT u.id, u.login, CASE WHEN u.email_verified THEN u.email ELSE '' END AS email, m.role FROM users u
                LEFT JOIN memberships m ON m.user_id = u.id AND m.profile_id = \(profile) AND m.source = 'manual'
            WHERE lower(u.login) = ANY (\(people)::text[]) OR u.email_verified AND lower(u.email) = ANY (\(people)::text[])
            """
        ).map {
            RosterPlan.Known(
                user: try $0.value("id"), login: try $0.value("login"), email: try $0.value("email"),
                role: try $0.optional("role"))
        }
        let invited: [String: Role] = try connection.query(
            "SELECT person, role FROM invitations WHERE profile_id = \(profile)"
        ).reduce(into: [:]) { $0[try $1.value("person", as: String.self)] = try $1.value("role", as: Role.self) }
        return RosterPlan(roster, known: known, invited: invited)
    }

    private static func write(
        _ plan: RosterPlan, in profile: Profile.ID, at time: Timestamp, _ transaction: Transaction
    ) throws {
        let members = plan.outcomes.filter { $0.user != nil && $0.role != nil && $0.effect.isChange }
        try transaction.execute(
            """
            INSERT INTO memberships (profile_id, user_id, source, role)
            SELECT \(profile), user_id, 'manual', role
            FROM unnest(\(members.compactMap(\.user))::text[], \(members.compactMap(\.role))::text[])
                AS one (user_id, role)
            ON CONFLICT (profile_id, user_id, source) DO UPDATE SET role = excluded.role
            """)
        let expected = plan.outcomes.filter { $0.effect == .invited }
        try transaction.execute(
            """
            INSERT INTO invitations (profile_id, person, role, invited_at)
            SELECT \(profile), person, role, \(time)
            FROM unnest(\(expected.map(\.person))::text[], \(expected.compactMap(\.role))::text[]) AS one (person, role)
            ON CONFLICT (profile_id, person) DO UPDATE SET role = excluded.role, invited_at = excluded.invited_at
            """)
    }
}

extension RosterPlan.Effect {
    fileprivate var isChange: Bool {
        switch self {
        case .added, .changed: true
        case .unchanged, .invited, .problem: false
        }
    }
}
