/// The one who decides. Every request and every action asks; it answers from memory, without waiting, so that it may be
/// asked on an event loop.
package protocol Authorizer: Sendable {
    func decide(_ question: Question) -> Decision

    /// Another one whenever the same question may be answered otherwise; as long as it stays, an answer may be
    /// remembered.
    var generation: Int { get }
}

extension Authorizer {
    /// Of one whose answers never change.
    package var generation: Int { 0 }
}

/// May this principal do this action to this resource?
package struct Question: Hashable, Sendable {
    /// Nil when nobody is signed in.
    package let principal: Principal?
    package let action: Action
    package let resource: Resource

    package init(_ principal: Principal?, _ action: Action, _ resource: Resource) {
        self.principal = principal
        self.action = action
        self.resource = resource
    }
}

extension Authorizer {
    /// The decision as an error, for callers that only go on when it is allowed.
    ///
    /// A profile that is not theirs is "not found": whether it exists is none of their business.
    /// - Returns: the policy that allowed it.
    @discardableResult
    package func require(_ principal: Principal?, _ action: Action, _ resource: Resource) throws(BedelError) -> String {
        switch decide(Question(principal, action, resource)) {
        case .allow(let policy): return policy
        case .signInAgain(let demand): throw .signInAgain(demand)
        case .deny(.anonymous):
            throw BedelError(.signInRequired, "You need to sign in for this.", next: "Sign in and try again.")
        case .deny(.scope):
            throw BedelError(
                .forbidden, "This access token does not have the scope “\(action.scope.rawValue)”.",
                next: "Make a token with that scope on your tokens page.", arguments: ["scope": action.scope.rawValue])
        case .deny(.notAMember):
            throw BedelError(
                .notFound, "There is no such thing here, or it is not yours to see.",
                next: "Check the address, or ask your teacher to add you to the course.")
        case .deny(.role):
            throw BedelError(
                .forbidden, "Your role does not allow this.", next: "Ask a teacher or an admin if you think it should.",
                arguments: ["action": action.rawValue])
        case .deny(.suspended):
            throw BedelError(
                .conflict, "This course is suspended: its endpoints are shut, and nothing is handed in or started.",
                next: "Ask an admin when it goes on; what is there can be read.")
        case .deny(.archived):
            throw BedelError(
                .conflict, "This course is archived: it can be read, and nothing in it changes any more.",
                next: "Ask an admin to make it active again.")
        }
    }
}
