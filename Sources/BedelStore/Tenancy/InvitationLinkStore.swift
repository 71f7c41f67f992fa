package import BedelDomain

/// Invitation links in PostgreSQL.
package struct PostgresInvitationLinkStore: InvitationLinkStore {
    private let database: PostgresDatabase

    package init(_ database: PostgresDatabase) { self.database = database }

    package func links(to profile: Label) async throws -> [InvitationLink] {
        try await database.withConnection {
            try $0.query("\(Self.select) WHERE p.name = \(profile) ORDER BY l.created_at DESC, l.id DESC LIMIT 200")
                .map { try $0.invitationLink() }
        }
    }

    package func create(_ link: InvitationLink, secretHash: Digest, audit: AuditEvent) async throws {
        try await database.withTransaction { transaction in
            let row = try transaction.first(
                """
                \(ProfileRows.select) WHERE p.name = \(link.profile) AND p.deleted_at IS NULL FOR NO KEY UPDATE
                """)
            guard let profile = try row?.profile() else {
                throw BedelError(.notFound, "There is no such profile.", next: "Check the address.")
            }
            try profile.requireChangeable()
            try transaction.execute(
                """
                INSERT INTO invitation_links (id, profile_id, secret_hash, role, maximum, created_by, created_at,
                    expires_at)
                VALUES (\(link.id), \(profile.id), \(secretHash), \(link.role), \(link.maximum), \(link.createdBy),
                    \(link.createdAt), \(link.expiresAt))
                """)
            transaction.audit(audit)
        }
    }

    package func revoke(_ id: InvitationLink.ID, at time: Timestamp, audit: AuditEvent) async throws -> Bool {
        try await database.withTransaction { transaction in
            let changed = try transaction.execute(
                "UPDATE invitation_links SET revoked_at = \(time) WHERE id = \(id) AND revoked_at IS NULL")
            guard changed == 1 else { return false }
            transaction.audit(audit)
            return true
        }
    }

    package func find(_ secretHash: Digest) async throws -> (link: InvitationLink, profile: Profile)? {
        try await database.withConnection { connection in
            let row = try connection.first(
                "\(Self.select) WHERE l.secret_hash = \(secretHash) AND p.deleted_at IS NULL")
            guard let link = try row?.invitationLink() else { return nil }
            let profile = try connection.first("\(ProfileRows.select) WHERE p.name = \(link.profile)")?.profile()
            return profile.map { (link, $0) }
        }
    }

    package func accept(
        _ secretHash: Digest, by user: User.ID, at time: Timestamp,
        mayInvite: @escaping @Sendable (_ maker: Principal, Profile) -> Bool,
        audit: @escaping @Sendable (InvitationLink) -> AuditEvent
    ) async throws -> Label {
        try await database.withTransaction { transaction in
            let row = try transaction.first(
                """
                \(Self.select) WHERE l.secret_hash = \(secretHash) AND p.deleted_at IS NULL
                FOR NO KEY UPDATE OF p, l
                """)
            guard let link = try row?.invitationLink(),
                let profile = try transaction.first("\(ProfileRows.select) WHERE p.name = \(link.profile)")?.profile()
            else {
                throw BedelError(
                    .notFound, "There is no such invitation.",
                    next: "Check that the link is whole, or ask for a new one.")
            }
            // Who is in already is not asked for a place, whatever has become of the link.
            guard try !Self.isMember(user, of: profile.id, in: transaction) else { return link.profile }
            try link.requireOpen(at: time)
            // Before the maker, whom the policies allow nothing in an archived profile, as nobody else either.
            try profile.requireChangeable()
            let maker = try Self.holdMaker(of: link, in: profile.id, transaction)
            try link.whose(makerMayInvite: maker.map { mayInvite($0, profile) } ?? false).requireOpen(at: time)
            try Self.checkDoor(user, of: profile.id, in: transaction)
            try Self.enter(user, by: link, into: profile.id, in: transaction)
            transaction.signal(.access)
            transaction.audit(audit(link))
            return link.profile
        }
    }

    /// Whoever made the link, as they are now and stay until the commit.
    private static func holdMaker(
        of link: InvitationLink, in profile: Profile.ID, _ transaction: Transaction
    ) throws -> Principal? {
        try transaction.execute(
            """
            SELECT FROM memberships WHERE profile_id = \(profile) AND user_id = \(link.createdBy) ORDER BY source FOR SHARE
            """)
        let maker = try transaction.first("\(PostgresUserStore.select) WHERE id = \(link.createdBy) FOR SHARE")?.user()
        return try maker.map {
            Principal(
                user: $0, roles: try PostgresUserStore.roles(of: $0.id, on: transaction.connection), proof: .system)
        }
    }

    private static func enter(
        _ user: User.ID, by link: InvitationLink, into profile: Profile.ID, in transaction: Transaction
    ) throws {
        try transaction.execute("UPDATE invitation_links SET uses = uses + 1 WHERE id = \(link.id)")
        try transaction.execute(
            """
            INSERT INTO memberships (profile_id, user_id, source, role)
            VALUES (\(profile), \(user), 'manual', \(link.role))
            """)
    }

    private static func isMember(_ user: User.ID, of profile: Profile.ID, in transaction: Transaction) throws -> Bool {
        try transaction.first("SELECT 1 FROM members WHERE profile_id = \(profile) AND user_id = \(user)") != nil
    }

    /// Who is kept out does not come in again by another door.
    private static func checkDoor(_ user: User.ID, of profile: Profile.ID, in transaction: Transaction) throws {
        let closed = try transaction.first(
            "SELECT 1 FROM disabled_members WHERE profile_id = \(profile) AND user_id = \(user)")
        guard closed == nil else {
            throw BedelError(
                .forbidden, "You are kept out of this course, so no link lets you in.",
                next: "Ask its teacher to let you in again.")
        }
    }

    private static let select: SQL = """
        SELECT l.id, p.name AS profile, l.role, l.uses, l.maximum, l.created_by, u.login AS created_by_login,
            l.created_at, l.expires_at, l.revoked_at
        FROM invitation_links l JOIN profiles p ON p.id = l.profile_id JOIN users u ON u.id = l.created_by
        """
}

extension Row {
    fileprivate func invitationLink() throws -> InvitationLink {
        InvitationLink(
            id: try value("id"), profile: try value("profile"), role: try value("role"), uses: try value("uses"),
            maximum: try value("maximum"), createdBy: try value("created_by"),
            createdByLogin: try value("created_by_login"), createdAt: try value("created_at"),
            expiresAt: try value("expires_at"), revokedAt: try optional("revoked_at"))
    }
}
