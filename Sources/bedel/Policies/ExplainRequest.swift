import BedelDomain

/// A question as it is typed: names instead of identifiers.
struct ExplainRequest {
    let action: Action
    let profile: Label?
    let kind: Resource.Kind
    let name: String
    let scopes: Set<Scope>?
    let owner: String?
    /// Of the profile.
    let state: Profile.State?

    /// - Parameter resource: `kind:name`; nil for the profile itself or, without one, the platform.
    init(action: String, profile: String?, resource: String?, scopes: String?, owner: String?, state: String? = nil)
        throws
    {
        self.action = try Action(naming: action)
        self.profile = try profile.map { try Label(checking: $0, of: "profile") }
        self.scopes = try scopes.map { try Scope.named($0.split(separator: ",").map(String.init)) }
        self.owner = owner
        self.state = try state.map { text in
            guard let state = Profile.State(rawValue: text) else {
                throw BedelError(
                    .invalidRequest, "“\(text)” is no state of a profile.",
                    next: "Use \(Profile.State.allCases.map(\.rawValue).joined(separator: ", ")).")
            }
            return state
        }
        guard let resource else {
            kind = profile == nil ? .platform : .profile
            name = profile ?? Resource.platform.name
            return
        }
        let parts = resource.split(separator: ":", maxSplits: 1).map(String.init)
        kind = try Resource.Kind(naming: parts.first ?? "")
        name = parts.count > 1 ? parts[1] : kind == .profile ? profile ?? "" : Resource.platform.name
        guard profile != nil || [.platform, .token, .service].contains(kind) else {
            throw BedelError(
                .invalidRequest, "A \(kind.rawValue) is in a profile.", next: "Say in which one with --profile.")
        }
        guard parts.count > 1 || kind == .platform || kind == .profile else {
            throw BedelError(
                .invalidRequest, "“\(resource)” has no name.", next: "Write it like --resource \(kind.rawValue):digits."
            )
        }
    }

    /// About somebody made up.
    func question(asRole role: String) throws(BedelError) -> Question {
        let principal = try Asker(naming: role, scopes: scopes).principal(in: profile)
        return Question(principal, action, resource(owner: owner == "self" ? principal?.user : Asker.somebodyElse))
    }

    /// About somebody the database knows.
    func question(
        asUser login: String, users: any UserStore, models: any ModelStore, profiles: any ProfileStore
    ) async throws -> Question {
        let all = try await users.users()
        let user = try Self.find(login, in: all)
        let principal = Principal(user: user, roles: try await users.roles(of: user.id), proof: Asker.proof(scopes))
        let owner: User.ID? =
            switch owner {
            case "self"?: user.id
            case let login?: try Self.find(login, in: all).id
            case nil: try await knownOwner(user, models)
            }
        var known: Profile.State?
        if let profile {
            guard let there = try await profiles.profile(named: profile) else {
                throw BedelError(
                    .notFound, "There is no profile called “\(profile)”.",
                    next: "Look it up on the page of profiles, or ask about a role instead, with --role.")
            }
            known = there.state
        }
        return Question(principal, action, resource(owner: owner, known))
    }

    /// Whoever the database says it belongs to; a token is looked at as the asker's own.
    private func knownOwner(_ user: User, _ models: any ModelStore) async throws -> User.ID? {
        guard kind == .model else { return kind == .token ? user.id : nil }
        guard let profile, let model = try await models.model(named: Label(checking: name, of: "model"), in: profile)
        else {
            throw BedelError(
                .notFound, "There is no model “\(name)” in \(profile?.rawValue ?? "no profile").",
                next: "Say with --owner whose it would be.")
        }
        return model.owner
    }

    private func resource(owner: User.ID?, _ known: Profile.State? = nil) -> Resource {
        plainResource(owner: owner).whose(profileIs: profile == nil ? nil : state ?? known ?? .active)
    }

    private func plainResource(owner: User.ID?) -> Resource {
        switch kind {
        case .platform: .platform
        case .profile, .assignment, .round, .service: Resource(kind, name, profile: profile)
        case .model: Resource(kind, name, profile: profile, owner: owner)
        case .token, .session: Resource(kind, name, owner: owner)
        }
    }

    /// Logins are not unique over several providers.
    static func find(_ login: String, in users: [User]) throws -> User {
        let found = users.filter { $0.login == login }
        guard let user = found.first else {
            throw BedelError(
                .notFound, "Nobody with the login “\(login)” has ever signed in.",
                next: "Ask about a role instead, with --role.")
        }
        guard found.count == 1 else {
            throw BedelError(
                .conflict,
                "“\(login)” is the login of \(found.count) people, from \(Set(found.map(\.issuer)).count) providers.",
                next: "Ask about a role instead, with --role.")
        }
        return user
    }
}
