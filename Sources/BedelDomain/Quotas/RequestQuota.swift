/// How many requests a second a profile's models and services take. Nil: as many as there are.
package struct RequestQuota: Hashable, Sendable {
    /// From everybody together.
    package var profile: Int64?
    package var everyMember: Int64?
    package var members: [User.ID: Int64]

    package init(profile: Int64? = nil, everyMember: Int64? = nil, members: [User.ID: Int64] = [:]) {
        self.profile = profile
        self.everyMember = everyMember
        self.members = members
    }

    /// From one person. Their own limit stands above that of every member.
    package func limit(of person: User.ID) -> Int64? { members[person] ?? everyMember }
}
