/// An outside application that calls the models of one profile: a user nobody can sign in as, always and only a
/// `consumer` there, with access tokens of its own. Being a user, it has its place in quotas and in the audit trail.
package struct ServiceAccount: Hashable, Sendable, Codable {
    /// The issuer of the users that are service accounts: no address, so no provider can speak for one.
    package static let issuer = "urn:bedel:service-account"
    /// What its tokens may do, whatever else is asked for.
    package static let scopes: Set<Scope> = [.predict]

    package let user: User.ID
    package let profile: Label
    package let name: Label
    /// What it is for, in a few words.
    package let title: String
    package let createdBy: User.ID
    package let createdAt: Timestamp
    /// From then on its tokens are refused; nil while it may work.
    package let disabledAt: Timestamp?

    package init(
        user: User.ID, profile: Label, name: Label, title: String, createdBy: User.ID, createdAt: Timestamp,
        disabledAt: Timestamp? = nil
    ) {
        self.user = user
        self.profile = profile
        self.name = name
        self.title = title
        self.createdBy = createdBy
        self.createdAt = createdAt
        self.disabledAt = disabledAt
    }

    /// Its login, for people to read: `service:ml-2026/gradebook`.
    package var login: String { "service:\(profile)/\(name)" }
}
