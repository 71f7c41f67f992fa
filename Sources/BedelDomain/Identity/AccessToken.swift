/// A token of our own for git, the command line and programs: `bdl_<id>_<secret>`. Only the secret's hash is kept.
package struct AccessToken: Hashable, Sendable, Codable {
    package typealias ID = Identifier<AccessToken>

    package let id: ID
    package let user: User.ID
    package let name: String
    package let scopes: Set<Scope>
    package let createdAt: Timestamp
    package let expiresAt: Timestamp
    package let lastUsedAt: Timestamp?
    package let revokedAt: Timestamp?

    package init(
        id: ID, user: User.ID, name: String, scopes: Set<Scope>, createdAt: Timestamp, expiresAt: Timestamp,
        lastUsedAt: Timestamp? = nil, revokedAt: Timestamp? = nil
    ) {
        self.id = id
        self.user = user
        self.name = name
        self.scopes = scopes
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.lastUsedAt = lastUsedAt
        self.revokedAt = revokedAt
    }
}
