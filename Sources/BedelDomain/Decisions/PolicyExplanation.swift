internal import Cedar

/// Why a question was answered as it was, and what would have changed the answer.
package struct PolicyExplanation: Sendable {
    /// What one policy said.
    package struct Verdict: Sendable, Hashable {
        package let id: String
        /// `permit` or `forbid`.
        package let effect: String
        /// `teacher.cedar:12:1`
        package let place: String
        /// The policy as written.
        package let text: String
        /// What kept it from holding; empty when it holds.
        package let obstacle: String
    }

    package let decision: Decision
    /// The policies that decided. Empty when none permits it, which is a no.
    package let deciding: [Verdict]
    /// The policies about this action that would have held but for one thing.
    package let nearMisses: [Verdict]
    /// The policies that could not be evaluated and were left out.
    package let skipped: [Verdict]
    /// Who or what else would have got the other answer, one sentence each.
    package let changes: [String]

    init(decision: Decision, _ explanation: Explanation, changes: [String]) {
        self.decision = decision
        deciding = explanation.determining.map(Verdict.init)
        nearMisses = explanation.nearMisses.filter { !$0.isAboutOtherActions }.map(Verdict.init)
        skipped = explanation.verdicts.filter(\.isSkipped).map(Verdict.init)
        self.changes = changes
    }

    /// Nobody is signed in, so no policy was asked.
    init(anonymous authorizer: CedarAuthorizer, _ question: Question) {
        decision = .deny(.anonymous)
        (deciding, nearMisses, skipped) = ([], [], [])
        changes = ["It is not decided by any policy: whoever asks has to sign in first."]
    }
}

extension PolicyExplanation.Verdict {
    fileprivate init(_ verdict: PolicyVerdict) {
        let policy = verdict.policy
        self.init(
            id: policy.id, effect: policy.effect.rawValue, place: "\(policy.source.name):\(policy.position)",
            text: policy.text, obstacle: verdict.obstacle)
    }
}

extension PolicyVerdict {
    fileprivate var isSkipped: Bool { if case .error = outcome { true } else { false } }

    fileprivate var isAboutOtherActions: Bool {
        guard case .scopeDiffers(let parts) = outcome else { return false }
        return parts.contains { $0.hasPrefix("action") }
    }

    fileprivate var obstacle: String {
        switch outcome {
        case .holds: ""
        case .scopeDiffers(let parts): "it is for `\(parts.joined(separator: "`, `"))`"
        case .conditionFails(let condition): "\(condition.position): \(condition)"
        case .error(let error): "\(error.position): \(error.error)"
        }
    }
}
