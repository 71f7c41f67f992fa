package import BedelDomain

/// Quotas in PostgreSQL. They are checked where something is made, in the same transaction: see ``Reception``.
package struct PostgresQuotaStore: QuotaStore {
    private let database: PostgresDatabase

    package init(_ database: PostgresDatabase) { self.database = database }

    package func quota(of holder: QuotaHolder, in profile: Profile.ID) async throws -> Quota {
        try await database.withConnection { connection in
            try QuotaRows.quota(
                connection.query(
                    """
                    SELECT unit, maximum FROM quotas WHERE profile_id = \(profile) AND holder = \(holder.word)
                        AND user_id IS NOT DISTINCT FROM \(holder.user)::text
                    """))
        }
    }

    package func set(
        _ quota: Quota, of holder: QuotaHolder, in profile: Profile.ID, audit: AuditEvent
    ) async throws {
        try quota.validate()
        let units = quota.limits.sorted { $0.key.rawValue < $1.key.rawValue }
        try await database.withTransaction { transaction in
            // The lock that hand-ins take: one under way is counted before or after, never in between.
            let locked = try transaction.first("SELECT id FROM profiles WHERE id = \(profile) FOR NO KEY UPDATE")
            guard locked != nil else {
                throw BedelError(.notFound, "There is no such profile.", next: "Check the address.")
            }
            try transaction.execute(
                """
                DELETE FROM quotas WHERE profile_id = \(profile) AND holder = \(holder.word)
                    AND user_id IS NOT DISTINCT FROM \(holder.user)::text
                """)
            try transaction.execute(
                """
                INSERT INTO quotas (profile_id, holder, user_id, unit, maximum)
                SELECT \(profile), \(holder.word), \(holder.user)::text, unit, maximum
                FROM unnest(\(units.map(\.key))::text[], \(units.map(\.value))::bigint[]) AS one (unit, maximum)
                """)
            transaction.signal(.instances)
            transaction.audit(audit)
        }
    }

    package func allowance(of profile: Profile.ID, at time: Timestamp) async throws -> Allowance {
        try await database.withConnection { try Self.allowance(of: nil, in: profile, at: time, on: $0) }
    }

    package func allowance(
        of member: User.ID, in profile: Profile.ID, at time: Timestamp
    ) async throws -> Allowance {
        try await database.withConnection { try Self.allowance(of: member, in: profile, at: time, on: $0) }
    }

    package func requestQuotas() async throws -> [Label: RequestQuota] {
        try await database.withConnection { connection in
            try connection.query(
                """
                SELECT p.name, q.holder, q.user_id, q.maximum FROM quotas q JOIN profiles p ON p.id = q.profile_id
                WHERE q.unit = \(Quota.Unit.requestsPerSecond) AND p.deleted_at IS NULL
                """
            ).reduce(into: [:]) { quotas, row in
                let maximum: Int64 = try row.value("maximum")
                var quota = quotas[try row.value("name", as: Label.self), default: RequestQuota()]
                switch try row.value("holder", as: String.self) {
                case QuotaHolder.profile.word: quota.profile = maximum
                case QuotaHolder.everyMember.word: quota.everyMember = maximum
                default: quota.members[try row.value("user_id")] = maximum
                }
                quotas[try row.value("name")] = quota
            }
        }
    }

    private static func allowance(
        of member: User.ID?, in profile: Profile.ID, at time: Timestamp, on connection: PostgresConnection
    ) throws -> Allowance {
        Allowance(
            quota: try QuotaRows.limits(of: member, in: profile, on: connection),
            usage: try QuotaRows.usage(of: member, in: profile, at: time, on: connection))
    }
}

extension QuotaHolder {
    fileprivate var word: String {
        switch self {
        case .profile: "profile"
        case .everyMember: "every-member"
        case .member: "member"
        }
    }

    fileprivate var user: User.ID? {
        if case .member(let user) = self { user } else { nil }
    }
}
