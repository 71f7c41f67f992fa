extension Schema {
    /// Checks policies and templates, in strict mode: every name is declared, every condition is a boolean and can be
    /// evaluated without an error of types for every request that the schema allows.
    package func validate(_ policies: PolicySet) -> ValidationReport {
        var errors: [ValidationIssue] = []
        var warnings: [ValidationIssue] = []
        for policy in policies.policies + policies.templates {
            let issues = PolicyValidator(policy, self).issues()
            errors += issues.errors
            warnings += issues.warnings
        }
        return ValidationReport(errors: errors, warnings: warnings)
    }
}

/// One kind of request that a schema allows.
struct RequestKind {
    let principal: EntityType
    let action: ActionDeclaration
    let resource: EntityType
}

/// Checks one policy.
private struct PolicyValidator {
    private let policy: Policy
    private let schema: Schema
    private var scope: Scope { policy.scope }

    init(_ policy: Policy, _ schema: Schema) {
        self.policy = policy
        self.schema = schema
    }

    func issues() -> (errors: [ValidationIssue], warnings: [ValidationIssue]) {
        var findings = NameChecker(policy, schema).findings()
        let kinds = requestKinds()
        if kinds.isEmpty, findings.isEmpty {
            findings.append(Finding(span: scope.principalSpan.joined(scope.resourceSpan), message: impossibleScope()))
        }
        var canHold = false
        for kind in kinds {
            var checker = TypeChecker(schema: schema, request: kind)
            if checker.canHold(policy.conditions) { canHold = true }
            findings += checker.findings
        }
        var seen: Set<Finding> = []
        let errors = findings.filter { seen.insert($0).inserted }.prefix(ParseErrors.most)
        guard errors.isEmpty, !canHold else {
            return (errors.map { ValidationIssue(policy, at: $0.span, $0.message) }, [])
        }
        let never = "this policy can never apply: its conditions are never true"
        return ([], [ValidationIssue(policy, at: policy.span, never)])
    }

    // MARK: - Scope

    /// All kinds of request that the scope lets through.
    private func requestKinds() -> [RequestKind] {
        let actions = schema.actions.values.filter { fits(scope.action, $0) }.sorted { $0.uid < $1.uid }
        return actions.flatMap { action in
            action.principals.filter { fits(scope.principal, $0) }.flatMap { principal in
                action.resources.filter { fits(scope.resource, $0) }.map {
                    RequestKind(principal: principal, action: action, resource: $0)
                }
            }
        }
    }

    private func fits(_ constraint: ActionConstraint, _ action: ActionDeclaration) -> Bool {
        switch constraint {
        case .any: true
        case .equals(let uid): action.uid == uid
        case .isIn(let groups): groups.contains { $0 == action.uid || action.ancestors.contains($0) }
        }
    }

    private func fits(_ constraint: ScopeConstraint, _ type: EntityType) -> Bool {
        switch constraint {
        case .any, .equals(.slot), .isIn(.slot): true
        case .equals(.uid(let uid)): uid.type == type
        case .isIn(.uid(let group)): schema.canBe(type, in: group.type)
        case .isType(let expected), .isTypeIn(let expected, .slot): expected == type
        case .isTypeIn(let expected, .uid(let group)): expected == type && schema.canBe(type, in: group.type)
        }
    }

    private func impossibleScope() -> String {
        let actions = schema.actions.values.filter { fits(scope.action, $0) && !$0.principals.isEmpty }
        let start = "this scope fits no request of the schema"
        guard let action = actions.min(by: { $0.uid < $1.uid }), case .equals = scope.action else { return start }
        let principals = action.principals.map(\.name).joined(separator: ", ")
        let resources = action.resources.map(\.name).joined(separator: ", ")
        return "\(start): \(action.uid) is for principals of type \(principals) and resources of type \(resources)"
    }
}
