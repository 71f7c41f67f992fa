package import BedelDomain

/// Viewings in PostgreSQL.
package struct PostgresViewingStore: ViewingStore {
    private let database: PostgresDatabase

    package init(_ database: PostgresDatabase) { self.database = database }

    package func begin(_ viewing: Viewing, audit: AuditEvent) async throws {
        try await database.withTransaction { transaction in
            try transaction.execute(
                """
                INSERT INTO viewings (id, user_id, viewer_id, began_at, ends_at)
                VALUES (\(viewing.id), \(viewing.user), \(viewing.viewer), \(viewing.beganAt), \(viewing.endsAt))
                """)
            transaction.audit(audit)
        }
    }

    package func viewing(_ id: Viewing.ID) async throws -> Viewing? {
        try await database.withConnection { try $0.first("\(Self.select) WHERE v.id = \(id)")?.viewing() }
    }

    package func end(_ id: Viewing.ID, at time: Timestamp, audit: AuditEvent) async throws {
        try await database.withTransaction { transaction in
            let ended = try transaction.execute(
                "UPDATE viewings SET ends_at = \(time) WHERE id = \(id) AND ends_at > \(time)")
            if ended == 1 { transaction.audit(audit) }
        }
    }

    package func viewings(of user: User.ID) async throws -> [Viewing] {
        try await database.withConnection {
            try $0.query("\(Self.select) WHERE v.user_id = \(user) ORDER BY v.began_at DESC, v.id DESC LIMIT 50")
                .map { try $0.viewing() }
        }
    }

    private static let select: SQL = """
        SELECT v.id, v.user_id, v.viewer_id, u.login AS viewer_login, v.began_at, v.ends_at
        FROM viewings v JOIN users u ON u.id = v.viewer_id
        """
}

extension Row {
    fileprivate func viewing() throws -> Viewing {
        Viewing(
            id: try value("id"), user: try value("user_id"), viewer: try value("viewer_id"),
            viewerLogin: try value("viewer_login"), beganAt: try value("began_at"), endsAt: try value("ends_at"))
    }
}
