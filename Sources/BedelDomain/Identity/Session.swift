/// A signed-in browser. The cookie only points here, so that ending the row ends the session.
package struct Session: Hashable, Sendable, Codable {
    package typealias ID = Identifier<Session>

    package let id: ID
    package let user: User.ID
    /// The host (with port) whose cookie this is; a session of one host is worth nothing at another.
    package let host: String
    /// The provider's own session id (`sid`), for back-channel logout.
    package let providerSession: String?
    /// Sealed by whoever made it; only needed as the hint at RP-initiated logout.
    package let idToken: String?
    /// The provider's refresh token, sealed by whoever made it; nil when it gave none, and for sessions handed over.
    package let refreshToken: String?
    /// When to ask the provider again who this is; of a session handed over, that of the one it came from. Nil: never.
    package let refreshAt: Timestamp?
    /// From where it was opened; nil when that is not known.
    package let remoteAddress: String?
    /// When and how well the person proved who they are, as far as the provider said so.
    package let authenticatedAt: Timestamp?
    package let level: String?
    package let createdAt: Timestamp
    package let expiresAt: Timestamp

    package init(
        id: ID, user: User.ID, host: String, providerSession: String?, idToken: String?,
        refreshToken: String? = nil, refreshAt: Timestamp? = nil, remoteAddress: String? = nil,
        authenticatedAt: Timestamp? = nil, level: String? = nil, createdAt: Timestamp,
        expiresAt: Timestamp
    ) {
        self.id = id
        self.user = user
        self.host = host
        self.providerSession = providerSession
        self.idToken = idToken
        self.refreshToken = refreshToken
        self.refreshAt = refreshAt
        self.remoteAddress = remoteAddress
        self.authenticatedAt = authenticatedAt
        self.level = level
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }
}
