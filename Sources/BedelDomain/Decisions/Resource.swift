/// What an action is done to.
package struct Resource: Hashable, Sendable {
    package enum Kind: String, Sendable, Codable, CaseIterable {
        case platform, profile, model, assignment, round, service, token, session
    }

    package let kind: Kind
    /// Its name inside the profile, or an identifier; what the audit trail shows.
    package let name: String
    /// Nil for what belongs to the platform or to a person.
    package let profile: Label?
    package let owner: User.ID?
    /// Of its profile; nil when nobody looked, or it is in none. Policies that stop what is over cannot see it then.
    package let state: Profile.State?

    package init(
        _ kind: Kind, _ name: String, profile: Label? = nil, owner: User.ID? = nil, state: Profile.State? = nil
    ) {
        self.kind = kind
        self.name = name
        self.profile = profile
        self.owner = owner
        self.state = state
    }

    package static let platform = Resource(.platform, "bedel")
    package static func profile(_ name: Label) -> Resource { Resource(.profile, name.rawValue, profile: name) }
    package static func model(_ name: Label, in profile: Label, owner: User.ID?) -> Resource {
        Resource(.model, name.rawValue, profile: profile, owner: owner)
    }
    package static func service(_ name: Label, in profile: Label?) -> Resource {
        Resource(.service, name.rawValue, profile: profile)
    }

    /// The same, in a profile that is in this state.
    package func whose(profileIs state: Profile.State?) -> Resource {
        Resource(kind, name, profile: profile, owner: owner, state: state)
    }
}

extension Profile {
    package var resource: Resource { .profile(name).whose(profileIs: state) }
}

extension Resource: CustomStringConvertible {
    /// `model:ml-2026/digits`
    package var description: String { "\(kind.rawValue):\(profile.map { "\($0)/" } ?? "")\(name)" }
}
