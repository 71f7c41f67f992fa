internal import BedelDomain

/// Limits and what is used of them, as statements of a transaction or a connection.
enum QuotaRows {
    /// Holds what is needed against the member's limits and the profile's. Whoever calls has locked the profile's row, so
    /// that nobody else takes the last unit between the count and the commit.
    /// - Throws: `quotaExceeded`.
    static func require(
        _ need: Usage, of member: User.ID, in profile: Profile.ID, at time: Timestamp,
        on connection: PostgresConnection
    ) throws {
        for holder in [member, nil] {
            let quota = try limits(of: holder, in: profile, on: connection)
            // What nobody limited need not be counted.
            guard !quota.limits.isEmpty else { continue }
            let usage = try usage(of: holder, in: profile, at: time, on: connection)
            try QuotaCheck(
                isOneMember: holder != nil, allowance: Allowance(quota: quota, usage: usage),
                retirable: retirable(by: member, in: profile, on: connection),
                helpers: helpers(of: profile, without: member, on: connection)
            ).require(need)
        }
    }

    /// The limits in force: the profile's (nil), or the member's own before those of every member.
    static func limits(
        of member: User.ID?, in profile: Profile.ID, on connection: PostgresConnection
    ) throws -> Quota {
        let holder: SQL =
            member.map { "(holder = 'every-member' OR user_id = \($0))" } ?? "holder = 'profile'"
        return try quota(
            connection.query(
                """
                SELECT DISTINCT ON (unit) unit, maximum FROM quotas WHERE profile_id = \(profile) AND \(holder)
                ORDER BY unit, holder = 'member' DESC
                """))
    }

    static func quota(_ rows: Rows) throws -> Quota {
        var quota = Quota()
        for row in rows {
            // A unit this program does not know yet was set by a newer one.
            guard let unit = Quota.Unit(rawValue: try row.value("unit")) else { continue }
            quota.limits[unit] = try row.value("maximum", as: Int64.self)
        }
        return quota
    }

    static func usage(
        of member: User.ID?, in profile: Profile.ID, at time: Timestamp, on connection: PostgresConnection
    ) throws -> Usage {
        let owner: SQL = member.map { "AND m.owner_id = \($0)" } ?? ""
        let row = try connection.first(
            """
            SELECT (SELECT count(*) FROM models m
                    WHERE m.profile_id = \(profile) AND m.retired_at IS NULL \(owner)) AS models,
                coalesce(sum(v.size), 0) AS storage, count(*) FILTER (WHERE v.received_at > \(time - .seconds(86_400))) AS recent
            FROM versions v JOIN models m ON m.id = v.model_id WHERE m.profile_id = \(profile) \(owner)
            """)
        guard let row else { throw BedelError.internalFailure("a count gave no row") }
        return Usage(
            models: try row.value("models"), storage: try row.value("storage"), submissions: try row.value("recent"),
            envelope: .standard)
    }

    private static func retirable(
        by member: User.ID, in profile: Profile.ID, on connection: PostgresConnection
    ) throws -> [Label] {
        try connection.query(
            """
            SELECT name FROM models WHERE profile_id = \(profile) AND owner_id = \(member) AND retired_at IS NULL
            ORDER BY created_at LIMIT 5
            """
        ).map { try $0.value("name") }
    }

    private static func helpers(
        of profile: Profile.ID, without member: User.ID, on connection: PostgresConnection
    ) throws -> [String] {
        try connection.query(
            """
            SELECT u.login FROM members m JOIN users u ON u.id = m.user_id
            WHERE m.profile_id = \(profile) AND m.role = 'teacher' AND u.id <> \(member) ORDER BY u.login LIMIT 3
            """
        ).map { try $0.value("login") }
    }
}
