internal import Cedar

/// The authorizer behind `policies/*.cedar`: nothing here knows what a role may do.
///
/// A policy sees the roles that count where the resource is (``Principal/roles(in:)``), the owner, and the scopes of an
/// access token. What no policy permits is denied, and a `forbid` stands above every `permit`.
package struct CedarAuthorizer: Authorizer {
    private let parts: PolicyReview.Parts
    private let onSkipped: @Sendable (String) -> Void

    /// - Parameter onSkipped: told when a policy could not be evaluated and was left out of a decision, with its place
    ///   and why. Called where the decision is made, so it may not wait.
    /// - Throws: ``BedelError`` when the set has a mistake: the first in the message, all of them in the detail.
    package init(
        _ texts: PolicyTexts, onSkipped: @escaping @Sendable (String) -> Void = { _ in }
    ) throws(BedelError) {
        let review = PolicyReview(texts)
        guard let parts = review.parts else { throw Self.error(review.problems) }
        self.parts = parts
        self.onSkipped = onSkipped
    }

    /// How many policies are in force.
    package var count: Int { parts.policies.policies.count }

    package func decide(_ question: Question) -> Decision {
        guard let principal = question.principal else { return .deny(.anonymous) }
        let (request, entities) = PolicyEntities.request(question, by: principal)
        let answer = parts.policies.decide(request, parts.actions.covered(by: entities))
        for error in answer.errors { onSkipped(error.description) }
        return decision(answer, question, by: principal)
    }

    /// The same decision, with what each policy said to it. For people; takes time for every policy.
    package func explain(_ question: Question) -> PolicyExplanation {
        guard let principal = question.principal else { return PolicyExplanation(anonymous: self, question) }
        let (request, entities) = PolicyEntities.request(question, by: principal)
        let explanation = parts.policies.explain(request, parts.actions.covered(by: entities))
        return PolicyExplanation(
            decision: decision(explanation.decision, question, by: principal), explanation,
            changes: QuestionVariant.changes(of: question, by: self))
    }

    private func decision(
        _ answer: AuthorizationDecision, _ question: Question, by principal: Principal
    ) -> Decision {
        if answer.isAllowed, let policy = answer.determining.first { return .allow(policy: policy) }
        let demands = answer.determining.map { parts.demands[$0] }
        if !answer.isAllowed, let demand = demands.first ?? nil, !demands.contains(nil) { return .signInAgain(demand) }
        let isStranger = question.resource.profile != nil && principal.roles(in: question.resource.profile).isEmpty
        if let reason = answer.determining.lazy.compactMap({ parts.reasons[$0] }).first {
            return .deny(isStranger && reason.tellsOfProfile ? .notAMember : reason)
        }
        return .deny(isStranger ? .notAMember : .role)
    }

    private static func error(_ problems: [PolicyReview.Finding]) -> BedelError {
        let others = problems.count > 1 ? " (and \(problems.count - 1) more)" : ""
        return BedelError(
            .invalidRequest,
            "The policies have a mistake: \(problems.first?.summary ?? "they cannot be read")\(others)",
            next: "Correct it; “bedel policy check” shows every mistake with its line.",
            detail: problems.map(\.excerpt).joined(separator: "\n"))
    }
}
