/// A user in a profile, with the reason why.
package struct Member: Hashable, Sendable, Codable {
    /// Where a membership comes from: an admin's hand, or a group rule (then it goes when the group goes).
    package enum Source: String, Sendable, Codable { case manual, group }

    package let profile: Profile.ID
    package let user: User.ID
    package let login: String
    package let name: String
    package let email: String
    package let role: Role
    package let source: Source

    package init(
        profile: Profile.ID, user: User.ID, login: String, name: String, email: String, role: Role, source: Source
    ) {
        self.profile = profile
        self.user = user
        self.login = login
        self.name = name
        self.email = email
        self.role = role
        self.source = source
    }
}
