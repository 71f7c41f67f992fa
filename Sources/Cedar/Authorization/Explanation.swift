/// Why a request was allowed or refused: what every policy said.
package struct Explanation: Sendable {
    package let decision: AuthorizationDecision
    /// One verdict for each policy, in the order of the set.
    package let verdicts: [PolicyVerdict]

    /// The policies that decided.
    package var determining: [PolicyVerdict] {
        verdicts.filter { decision.determining.contains($0.policy.id) }
    }

    /// The policies that would have held but for one thing: a condition, or one part of the scope. Conditions first.
    package var nearMisses: [PolicyVerdict] {
        let missed = verdicts.filter { $0.distance == 1 }
        return missed.filter(\.failedCondition) + missed.filter { !$0.failedCondition }
    }
}

/// What one policy said to a request.
package struct PolicyVerdict: Sendable, CustomStringConvertible {
    package enum Outcome: Sendable {
        case holds
        /// The parts of the scope that do not fit, as written.
        case scopeDiffers([String])
        /// The first `when` that does not hold or `unless` that does, and what in it decided.
        case conditionFails(FailedCondition)
        case error(PolicyError)
    }

    package let policy: Policy
    package let outcome: Outcome

    /// How many things keep it from holding; nil when it holds or could not be evaluated.
    package var distance: Int? {
        switch outcome {
        case .holds, .error: nil
        case .scopeDiffers(let parts): parts.count
        case .conditionFails: 1
        }
    }

    fileprivate var failedCondition: Bool {
        if case .conditionFails = outcome { true } else { false }
    }

    package var description: String {
        let head = "\(policy.effect.rawValue) \"\(policy.id)\" (\(policy.source.name):\(policy.position))"
        switch outcome {
        case .holds: return "\(head) holds"
        case .scopeDiffers(let parts): return "\(head) is about others: \(parts.joined(separator: ", "))"
        case .conditionFails(let condition): return "\(head) \(condition)"
        case .error(let error): return "\(head) was skipped: \(error.error)"
        }
    }
}

/// A condition that kept a policy from holding.
package struct FailedCondition: Sendable, CustomStringConvertible {
    /// `when` or `unless`.
    package let kind: String
    /// The smallest part of the condition that decided, as written.
    package let text: String
    package let position: SourcePosition
    /// What the attributes and variables in that part were, in the order of the text.
    package let values: [(text: String, value: String)]

    package var description: String {
        let was = values.map { "\($0.text) is \($0.value)" }.joined(separator: ", ")
        return (kind == "when" ? "does not hold: `\(text)` is false" : "does not hold: its `unless` has `\(text)`")
            + (was.isEmpty ? "" : " (\(was))")
    }
}
