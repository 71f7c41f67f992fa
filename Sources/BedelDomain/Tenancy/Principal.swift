/// Who is asking, with everything a decision may look at: made when a credential is checked, valid for as long as the
/// one who made it says, and never read from a request's own headers.
package struct Principal: Hashable, Sendable, Codable {
    /// How they proved it. A token can do no more than its scopes, whatever its owner may do.
    package enum Proof: Hashable, Sendable, Codable {
        case session(Session.ID)
        case accessToken(AccessToken.ID, Set<Scope>)
        /// An access token of the OpenID provider's, checked against its keys.
        case providerToken
        /// Bedel itself, at work on a job.
        case system
    }

    package let user: User.ID
    package let login: String
    package let name: String
    package let email: String
    package let groups: [String]
    package let isAdmin: Bool
    /// Role by profile name; a profile not named here is not theirs.
    package let roles: [Label: Role]
    package let proof: Proof
    /// How they signed in, when the proof is a session.
    package let authentication: Authentication?

    package init(
        user: User.ID, login: String, name: String, email: String, groups: [String], isAdmin: Bool,
        roles: [Label: Role], proof: Proof, authentication: Authentication? = nil
    ) {
        self.user = user
        self.login = login
        self.name = name
        self.email = email
        self.groups = groups
        self.isAdmin = isAdmin
        self.roles = roles
        self.proof = proof
        self.authentication = authentication
    }

    package init(user: User, roles: [Label: Role], proof: Proof, authentication: Authentication? = nil) {
        self.init(
            user: user.id, login: user.login, name: user.name, email: user.email, groups: user.groups,
            isAdmin: user.isAdmin, roles: roles, proof: proof, authentication: authentication)
    }

    /// Every role that counts in a profile, or (with nil) platform-wide.
    package func roles(in profile: Label?) -> Set<Role> {
        var all: Set<Role> = isAdmin ? [.admin] : []
        if let profile, let role = roles[profile] { all.insert(role) }
        return all
    }
}
