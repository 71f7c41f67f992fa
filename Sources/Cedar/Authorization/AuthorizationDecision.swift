/// The answer to a request.
package struct AuthorizationDecision: Sendable {
    package let isAllowed: Bool
    /// The ids of the policies that decided: the permits that hold, or the forbids that hold. Empty when nothing holds;
    /// the answer is then no.
    package let determining: [String]
    /// The policies that could not be evaluated. They were left out of the decision.
    package let errors: [PolicyError]
}

/// A policy that could not be evaluated.
package struct PolicyError: Error, Sendable, CustomStringConvertible {
    package let policy: Policy
    package let error: EvaluationError

    package var policyID: String { policy.id }
    package var position: SourcePosition { policy.source.position(of: error.span.start) }

    /// `file:line:column: policy "id": what went wrong`
    package var description: String {
        "\(policy.source.name):\(position): policy \"\(policy.id)\": \(error)"
    }
}
