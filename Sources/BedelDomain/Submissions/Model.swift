/// What a student hands in, through all its versions: one name, one owner, one endpoint.
package struct Model: Hashable, Sendable, Codable {
    package typealias ID = Identifier<Model>

    package let id: ID
    package let profile: Label
    package let name: Label
    package let owner: User.ID
    package let ownerLogin: String
    /// The assignment it competes in; nil for practice.
    package let assignment: Label?
    package let createdAt: Timestamp
    package let retiredAt: Timestamp?

    package init(
        id: ID, profile: Label, name: Label, owner: User.ID, ownerLogin: String, assignment: Label?,
        createdAt: Timestamp, retiredAt: Timestamp? = nil
    ) {
        self.id = id
        self.profile = profile
        self.name = name
        self.owner = owner
        self.ownerLogin = ownerLogin
        self.assignment = assignment
        self.createdAt = createdAt
        self.retiredAt = retiredAt
    }

    package var resource: Resource { .model(name, in: profile, owner: owner) }
}
