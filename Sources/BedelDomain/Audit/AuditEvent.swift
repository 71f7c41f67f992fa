/// Something that must be possible to prove later: who did (or was refused) what, to what, from where.
package struct AuditEvent: Hashable, Sendable, Codable {
    package enum Outcome: String, Sendable, Codable, CaseIterable { case allowed, denied, failed }

    package let at: Timestamp
    /// Nil for Bedel itself and for nobody-signed-in.
    package let actor: User.ID?
    /// For people to read: a login, `anonymous`, or `bedel`.
    package let actorName: String
    /// An ``Action`` or, for what no policy decides, a dotted word of the same kind (`sign-in.succeeded`).
    package let action: String
    /// ``Resource/description``.
    package let resource: String
    package let profile: Label?
    package let outcome: Outcome
    /// The policy that allowed it, or the reason it was refused.
    package let reason: String
    /// Small facts, no secrets.
    package let facts: [String: String]
    package let requestID: String
    package let remoteAddress: String

    package init(
        at: Timestamp, actor: User.ID?, actorName: String, action: String, resource: String, profile: Label?,
        outcome: Outcome, reason: String, facts: [String: String], requestID: String, remoteAddress: String
    ) {
        self.at = at
        self.actor = actor
        self.actorName = actorName
        self.action = action
        self.resource = resource
        self.profile = profile
        self.outcome = outcome
        self.reason = reason
        self.facts = facts
        self.requestID = requestID
        self.remoteAddress = remoteAddress
    }

    /// An event about an action a principal asked for. What was allowed has the policy that allowed it as its reason; what
    /// a token did says which token; what was seen as somebody else is the deed of whoever looked.
    package init(
        _ action: Action, on resource: Resource, by principal: Principal?, outcome: Outcome = .allowed,
        reason: String = "", facts: [String: String] = [:], in context: RequestContext, at time: Timestamp
    ) {
        let viewer = context.viewer
        let behalf = viewer == nil ? [:] : ["on-behalf-of": principal?.login ?? ""]
        self.init(
            at: time, actor: viewer?.user ?? principal?.user,
            actorName: viewer?.login ?? principal?.login ?? "anonymous", action: action.rawValue,
            resource: resource.description, profile: resource.profile, outcome: outcome,
            reason: reason.isEmpty ? context.policy : reason,
            facts: facts.merging(principal?.proof.auditFacts ?? [:]) { given, _ in given }.merging(behalf) { $1 },
            requestID: context.requestID, remoteAddress: context.remoteAddress)
    }

    /// An event about something Bedel did by itself (`build.finished`).
    package init(
        system action: String, on resource: Resource, outcome: Outcome = .allowed, reason: String = "",
        facts: [String: String] = [:], at time: Timestamp
    ) {
        self.init(
            at: time, actor: nil, actorName: "bedel", action: action, resource: resource.description,
            profile: resource.profile, outcome: outcome, reason: reason, facts: facts, requestID: "",
            remoteAddress: "local")
    }

    /// The same event with more facts; a new one takes the place of an old one of its name.
    package func adding(_ more: [String: String]) -> AuditEvent {
        AuditEvent(
            at: at, actor: actor, actorName: actorName, action: action, resource: resource, profile: profile,
            outcome: outcome, reason: reason, facts: facts.merging(more) { $1 }, requestID: requestID,
            remoteAddress: remoteAddress)
    }
}

extension Principal.Proof {
    /// A deed of somebody's token is on their behalf, not by their own hand.
    fileprivate var auditFacts: [String: String] {
        if case .accessToken(let id, _) = self { ["token": id.rawValue] } else { [:] }
    }
}
