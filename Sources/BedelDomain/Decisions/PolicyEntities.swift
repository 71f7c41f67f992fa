internal import Cedar

/// How a question is put to Cedar: the names that policies/bedel.cedarschema declares, and the two entities that a question
/// brings with it. What never changes is made once, because a question is asked for every request.
enum PolicyEntities {
    static func uid(of action: Action) -> EntityUID { EntityUID("Action", action.rawValue) }
    static func uid(of scope: Scope) -> EntityUID { EntityUID("Action", scope.rawValue) }

    /// The question, with what is known of the principal and the resource.
    static func request(_ question: Question, by principal: Principal) -> (AuthorizationRequest, [Entity]) {
        let user = uid(of: principal.user)
        let resource = uid(of: question.resource)
        let request = AuthorizationRequest(
            principal: user, action: actions[question.action] ?? uid(of: question.action), resource: resource,
            context: context(of: principal))
        let roles = principal.roles(in: question.resource.profile)
        return (
            request,
            [
                Entity(uid: user, attributes: Record.empty, parents: roles.compactMap { self.roles[$0] }),
                entity(of: question.resource, as: resource, askedBy: principal.user, user),
            ]
        )
    }

    private static func entity(
        of resource: Resource, as uid: EntityUID, askedBy person: User.ID, _ user: EntityUID
    ) -> Entity {
        let owner = resource.owner.map { $0 == person ? user : self.uid(of: $0) }
        var parents =
            resource.kind == .profile ? [] : resource.profile.map { [EntityUID(profileType, $0.rawValue)] } ?? []
        if let state = resource.state.flatMap({ states[$0] }) { parents.append(state) }
        return Entity(uid: uid, attributes: owner.map { Record([ownerName: .entity($0)]) } ?? .empty, parents: parents)
    }

    private static func uid(of user: User.ID) -> EntityUID { EntityUID(userType, user.rawValue) }

    /// `Model::"ml-2026/digits"`, `Profile::"ml-2026"`
    private static func uid(of resource: Resource) -> EntityUID {
        let type = types[resource.kind] ?? EntityType(resource.kind.rawValue)
        guard resource.kind != .profile, let profile = resource.profile else { return EntityUID(type, resource.name) }
        return EntityUID(type, "\(profile.rawValue)/\(resource.name)")
    }

    private static func context(of principal: Principal) -> Record {
        switch principal.proof {
        case .accessToken(_, let scopes): Record([scopesName: .set(scopes.map { .string($0.rawValue) })])
        case .session: principal.authentication.map { Record([signInName: .record(record($0))]) } ?? unknownSignIn
        case .providerToken, .system: .empty
        }
    }

    private static let unknownSignIn = Record([signInName: .record(.empty)])

    private static func record(_ authentication: Authentication) -> Record {
        var members: [Text: Value] = [:]
        if let age = authentication.age { members[ageName] = .duration(.init(milliseconds: age.microseconds / 1000)) }
        if let level = authentication.level { members[levelName] = .string(Text(level)) }
        return Record(members)
    }

    private static let userType: EntityType = "User"
    private static let profileType: EntityType = "Profile"
    private static let ownerName: Text = "owner"
    private static let scopesName: Text = "scopes"
    private static let signInName: Text = "signIn"
    private static let ageName: Text = "age"
    private static let levelName: Text = "acr"
    private static let actions = Dictionary(uniqueKeysWithValues: Action.allCases.map { ($0, uid(of: $0)) })
    private static let roles = Dictionary(
        uniqueKeysWithValues: Role.allCases.map { ($0, EntityUID("Role", $0.rawValue)) })
    private static let states = Dictionary(
        uniqueKeysWithValues: Profile.State.allCases.map { ($0, EntityUID("ProfileState", $0.rawValue)) })
    private static let types: [Resource.Kind: EntityType] = [
        .platform: "Platform", .profile: profileType, .model: "Model", .assignment: "Assignment", .round: "Round",
        .service: "Service", .token: "Token", .session: "Session",
    ]
}
