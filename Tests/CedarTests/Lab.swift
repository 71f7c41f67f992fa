import Cedar

/// A small lab that the suites ask about.
enum Lab {
    static let alice = EntityUID("User", "alice")
    static let bob = EntityUID("User", "bob")
    static let nobody = EntityUID("User", "nobody")
    static let students = EntityUID("Group", "students")
    static let members = EntityUID("Group", "members")
    static let model = EntityUID("Model", "iris")
    static let read = EntityUID("Action", "read")
    static let write = EntityUID("Action", "write")
    static let anyAction = EntityUID("Action", "any")

    /// alice is in students, students in members; the model belongs to bob; read is in any.
    static func entities() throws -> EntityStore {
        try EntityStore([
            Entity(
                uid: alice,
                attributes: try Record(parsing: #"{name: "Alice", age: 20, owner: User::"bob", address: {zip: 5}}"#),
                parents: [students], tags: try Record(parsing: #"{team: "blue"}"#)),
            Entity(uid: bob, attributes: try Record(parsing: #"{name: "Bob", roles: ["teacher"]}"#)),
            Entity(uid: students, parents: [members]),
            Entity(uid: model, attributes: try Record(parsing: #"{owner: User::"bob", open: true}"#)),
            Entity(uid: read, parents: [anyAction]),
        ])
    }

    static func request(
        _ principal: EntityUID = alice, _ action: EntityUID = read, _ resource: EntityUID = model,
        context: String = "{}"
    ) throws -> AuthorizationRequest {
        AuthorizationRequest(
            principal: principal, action: action, resource: resource, context: try Record(parsing: context))
    }

    /// What policies answer when alice reads the model.
    static func decide(_ policies: String, context: String = "{}") throws -> AuthorizationDecision {
        try PolicySet(parsing: policies).decide(try request(context: context), try entities())
    }

    /// Whether a condition holds when alice reads the model; its error when it has one.
    static func ask(_ condition: String, context: String = "{}") throws -> Answer {
        let decision = try decide("permit(principal, action, resource) when { \(condition) };", context: context)
        if let error = decision.errors.first { return .error(error.error.reason) }
        return decision.isAllowed ? .holds : .fails
    }

    enum Answer: Equatable {
        case holds
        case fails
        case error(EvaluationError.Reason)
    }
}
