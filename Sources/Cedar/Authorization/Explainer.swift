extension PolicySet {
    /// Decides like `decide` and tells what each policy said. Costs time for every policy: for people, not for the
    /// request path.
    package func explain(_ request: AuthorizationRequest, _ entities: EntityStore) -> Explanation {
        let explainer = Explainer(request: request, store: entities, parties: Parties(request, entities))
        return Explanation(
            decision: decide(request, entities),
            verdicts: policies.map { PolicyVerdict(policy: $0, outcome: explainer.outcome($0)) })
    }
}

private struct Explainer {
    let request: AuthorizationRequest
    let store: EntityStore
    let parties: Parties

    func outcome(_ policy: Policy) -> PolicyVerdict.Outcome {
        let differences = scopeDifferences(policy)
        guard differences.isEmpty else { return .scopeDiffers(differences) }
        do throws(EvaluationError) {
            for condition in policy.conditions {
                let expected = condition.kind == .when
                guard try test(condition.body) != expected else { continue }
                return .conditionFails(try failure(condition, in: policy))
            }
            return .holds
        } catch {
            return .error(PolicyError(policy: policy, error: error))
        }
    }

    // MARK: - Scope

    private func scopeDifferences(_ policy: Policy) -> [String] {
        let scope = policy.scope
        let parts = [
            (fits(scope.principal, parties.principal), scope.principalSpan), (fits(scope.action), scope.actionSpan),
            (fits(scope.resource, parties.resource), scope.resourceSpan),
        ]
        return parts.filter { !$0.0 }.map { policy.source.text($0.1) }
    }

    private func fits(_ constraint: ScopeConstraint, _ party: Party) -> Bool {
        switch constraint {
        case .any: true
        case .equals(.uid(let other)): party.uid == other
        case .isIn(.uid(let group)): party.isIn(group, store)
        case .isType(let type): party.uid.type == type
        case .isTypeIn(let type, .uid(let group)): party.uid.type == type && party.isIn(group, store)
        case .equals(.slot), .isIn(.slot), .isTypeIn(_, .slot): false
        }
    }

    private func fits(_ constraint: ActionConstraint) -> Bool {
        switch constraint {
        case .any: true
        case .equals(let other): parties.action.uid == other
        case .isIn(let groups): groups.contains { parties.action.isIn($0, store) }
        }
    }

    // MARK: - Conditions

    private func test(_ expression: Expression) throws(EvaluationError) -> Bool {
        var frame = Frame(parties, request, store)
        return try Compiler.compile(expression).test(&frame)
    }

    /// Nil when it has none.
    private func value(_ expression: Expression) -> Value? {
        var frame = Frame(parties, request, store)
        return try? Compiler.compile(expression).evaluate(&frame)
    }

    private func failure(_ condition: Condition, in policy: Policy) throws(EvaluationError) -> FailedCondition {
        let culprit = try decisive(condition.body, value: condition.kind == .unless)
        return FailedCondition(
            kind: condition.kind.rawValue, text: policy.source.text(culprit.span),
            position: policy.source.position(of: culprit.span.start), values: values(in: culprit, of: policy))
    }

    /// The smallest part that makes the expression come to this value.
    private func decisive(_ expression: Expression, value: Bool) throws(EvaluationError) -> Expression {
        switch expression.kind {
        case .and(let parts) where !value: return try firstDecisive(parts, value: false) ?? expression
        case .or(let parts) where value: return try firstDecisive(parts, value: true) ?? expression
        case .conditional(let condition, let then, let otherwise):
            return try decisive(try test(condition) ? then : otherwise, value: value)
        default: return expression
        }
    }

    private func firstDecisive(_ parts: [Expression], value: Bool) throws(EvaluationError) -> Expression? {
        for part in parts where try test(part) == value { return try decisive(part, value: value) }
        return nil
    }

    /// What the variables and attributes in an expression are; those that have no value are left out.
    private func values(in expression: Expression, of policy: Policy) -> [(text: String, value: String)] {
        var seen: Set<String> = []
        return accesses(in: expression).compactMap { access in
            let text = policy.source.text(access.span)
            guard seen.insert(text).inserted, let value = value(access) else { return nil }
            return (text, value.description)
        }
    }

    /// The attributes and entity variables that are read, the longest path for each.
    private func accesses(in expression: Expression) -> [Expression] {
        switch expression.kind {
        case .variable(.context): []
        case .variable, .attribute, .call(.getTag, _): [expression]
        default: expression.kind.parts.flatMap(accesses)
        }
    }
}
