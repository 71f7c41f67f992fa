internal import BedelDomain

/// Group rules turned into memberships. Of several rules that fit one person, the strongest role counts.
enum Memberships {
    /// - Returns: how many memberships came, changed or went.
    static func applyRules(to user: User.ID, in transaction: Transaction) throws -> Int {
        try apply(rules: "u.id = \(user)", memberships: "m.user_id = \(user)", in: transaction)
    }

    /// - Returns: how many memberships came, changed or went.
    static func applyRules(of profile: Profile.ID, in transaction: Transaction) throws -> Int {
        try apply(rules: "r.profile_id = \(profile)", memberships: "m.profile_id = \(profile)", in: transaction)
    }

    /// Whoever was expected by this login or mail address is a member now, by hand. The word of the provider counts: its
    /// administrators decide who may call themselves what, and an address only counts when they have verified it.
    /// - Returns: how many invitations there were.
    static func acceptInvitations(of user: User, in transaction: Transaction) throws -> Int {
        let accepted = try transaction.first(
            """
            WITH accepted AS (
                DELETE FROM invitations i USING users u
                WHERE u.id = \(user.id) AND (
                    i.person = \(user.login.lowercased()) OR u.email_verified AND i.person = \(user.email.lowercased()))
                RETURNING i.profile_id, i.role
            ), come AS (
                INSERT INTO memberships (profile_id, user_id, source, role)
                SELECT DISTINCT ON (profile_id) profile_id, \(user.id)::text, 'manual', role FROM accepted
                ORDER BY profile_id, array_position(ARRAY['teacher', 'assistant', 'student', 'consumer'], role)
                ON CONFLICT (profile_id, user_id, source) DO NOTHING
            )
            SELECT count(*) AS accepted FROM accepted
            """)
        return try accepted?.value("accepted") ?? 0
    }

    /// Keeps the rules as they are until the commit, so that a sign-in and a change of rules cannot miss each other.
    static func holdRules(in transaction: Transaction) throws {
        try transaction.execute("SELECT id FROM profiles ORDER BY id FOR SHARE")
    }

    private static func apply(rules: SQL, memberships: SQL, in transaction: Transaction) throws -> Int {
        let changes = try transaction.first(
            """
            WITH wanted AS (
                SELECT DISTINCT ON (r.profile_id, u.id) r.profile_id, u.id AS user_id, r.role
                FROM group_rules r JOIN users u ON r.group_name = ANY (u.groups)
                WHERE \(rules)
                ORDER BY r.profile_id, u.id,
                    array_position(ARRAY['teacher', 'assistant', 'student', 'consumer'], r.role)
            ), gone AS (
                DELETE FROM memberships m
                WHERE m.source = 'group' AND \(memberships) AND NOT EXISTS (
                    SELECT FROM wanted w WHERE w.profile_id = m.profile_id AND w.user_id = m.user_id)
                RETURNING 1
            ), come AS (
                INSERT INTO memberships (profile_id, user_id, source, role)
                SELECT profile_id, user_id, 'group', role FROM wanted
                ON CONFLICT (profile_id, user_id, source) DO UPDATE SET role = excluded.role
                    WHERE memberships.role <> excluded.role
                RETURNING 1
            )
            SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM come) AS changes
            """)
        return try changes?.value("changes") ?? 0
    }
}
