/// A person as an OpenID provider knows them. Two issuers with the same subject are two users (OpenID Connect Core,
/// section 5.7: only `iss` and `sub` together identify a user).
package struct User: Hashable, Sendable, Codable {
    package typealias ID = Identifier<User>

    package let id: ID
    package let issuer: String
    package let subject: String
    /// `preferred_username`: for people to read; never used to decide anything.
    package var login: String
    package var name: String
    package var email: String
    /// As the provider last said them, at sign-in or refresh.
    package var groups: [String]
    package var isAdmin: Bool
    package let createdAt: Timestamp
    package var lastSeenAt: Timestamp

    package init(
        id: ID, issuer: String, subject: String, login: String, name: String, email: String, groups: [String],
        isAdmin: Bool, createdAt: Timestamp, lastSeenAt: Timestamp
    ) {
        self.id = id
        self.issuer = issuer
        self.subject = subject
        self.login = login
        self.name = name
        self.email = email
        self.groups = groups
        self.isAdmin = isAdmin
        self.createdAt = createdAt
        self.lastSeenAt = lastSeenAt
    }
}
