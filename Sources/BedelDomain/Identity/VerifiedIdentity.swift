/// What an OpenID provider says of a person, after every check has passed.
package struct VerifiedIdentity: Hashable, Sendable {
    package let issuer: String
    package let subject: String
    package let login: String
    package let name: String
    package let email: String
    package let groups: [String]
    /// Decided by the identity side from the configured admin group, not by the provider's word alone.
    package let isAdmin: Bool
    /// Whether the provider has made sure that the address is theirs; nil when it says nothing about it. An address that is
    /// not verified stands for nobody: anybody can write anybody's into their account.
    package let isEmailVerified: Bool?

    package init(
        issuer: String, subject: String, login: String, name: String, email: String, groups: [String], isAdmin: Bool,
        isEmailVerified: Bool? = nil
    ) {
        self.issuer = issuer
        self.subject = subject
        self.login = login
        self.name = name
        self.email = email
        self.groups = groups
        self.isAdmin = isAdmin
        self.isEmailVerified = isEmailVerified
    }
}
