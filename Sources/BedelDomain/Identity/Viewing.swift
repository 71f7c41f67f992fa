/// An admin looking at pages as somebody else sees them, for a while.
package struct Viewing: Hashable, Sendable {
    package typealias ID = Identifier<Viewing>

    package let id: ID
    /// Whose pages.
    package let user: User.ID
    package let viewer: User.ID
    package let viewerLogin: String
    package let beganAt: Timestamp
    package let endsAt: Timestamp

    package init(
        id: ID, user: User.ID, viewer: User.ID, viewerLogin: String, beganAt: Timestamp, endsAt: Timestamp
    ) {
        self.id = id
        self.user = user
        self.viewer = viewer
        self.viewerLogin = viewerLogin
        self.beganAt = beganAt
        self.endsAt = endsAt
    }

    package static let lifetime = Duration.seconds(30 * 60)
}

/// Viewings, kept: whoever was looked at can see it.
package protocol ViewingStore: Sendable {
    func begin(_ viewing: Viewing, audit: AuditEvent) async throws
    func viewing(_ id: Viewing.ID) async throws -> Viewing?
    /// Ends it now; nothing happens when it is over.
    func end(_ id: Viewing.ID, at time: Timestamp, audit: AuditEvent) async throws
    /// Newest first, at most 50.
    func viewings(of user: User.ID) async throws -> [Viewing]
}
