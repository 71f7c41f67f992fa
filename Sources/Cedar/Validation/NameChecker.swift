/// Checks that every entity type, action and enumerated id that a policy names is declared.
struct NameChecker {
    private let policy: Policy
    private let schema: Schema

    init(_ policy: Policy, _ schema: Schema) {
        self.policy = policy
        self.schema = schema
    }

    func issues() -> [ValidationIssue] {
        let scope = policy.scope
        var issues = self.issues(scope.principal, at: scope.principalSpan)
        switch scope.action {
        case .any: break
        case .equals(let uid): issues += self.issues(uid, at: scope.actionSpan)
        case .isIn(let uids):
            issues += uids.flatMap { self.issues($0, at: scope.actionSpan) }
            if Set(uids.map(\.type)).count > 1 {
                issues.append(
                    ValidationIssue(policy, at: scope.actionSpan, "the actions in a list are of one namespace"))
            }
        }
        issues += self.issues(scope.resource, at: scope.resourceSpan)
        for condition in policy.conditions { issues += self.issues(condition.body) }
        return issues
    }

    private func issues(_ constraint: ScopeConstraint, at span: Span) -> [ValidationIssue] {
        switch constraint {
        case .equals(.uid(let uid)), .isIn(.uid(let uid)): issues(uid, at: span)
        case .isType(let type), .isTypeIn(let type, .slot): issues(type, at: span)
        case .isTypeIn(let type, .uid(let uid)): issues(type, at: span) + issues(uid, at: span)
        case .any, .equals(.slot), .isIn(.slot): []
        }
    }

    private func issues(_ expression: Expression) -> [ValidationIssue] {
        let below = expression.kind.parts.flatMap(issues)
        return switch expression.kind {
        case .literal(.entity(let uid)): issues(uid, at: expression.span)
        case .isType(_, let type, _): issues(type, at: expression.span) + below
        default: below
        }
    }

    private func issues(_ uid: EntityUID, at span: Span) -> [ValidationIssue] {
        if uid.type.isAction, schema.actions.keys.contains(where: { $0.type == uid.type }) || !isEntityType(uid.type) {
            guard schema.actions[uid] == nil else { return [] }
            let near = Spelling.nearest(to: uid.description, among: schema.actions.keys.map(\.description))
            return [issue("there is no action \(uid)", near, at: span)]
        }
        guard let declaration = schema.entityTypes[uid.type] else { return issues(uid.type, at: span) }
        guard let ids = declaration.ids, !ids.contains(uid.id) else { return [] }
        let known = ids.map(\.literal).joined(separator: ", ")
        return [ValidationIssue(policy, at: span, "\(uid) does not exist: the only ids of \(uid.type) are \(known)")]
    }

    private func isEntityType(_ type: EntityType) -> Bool { schema.entityTypes[type] != nil }

    private func issues(_ type: EntityType, at span: Span) -> [ValidationIssue] {
        let isActionType = schema.actions.keys.contains { $0.type == type }
        guard !isEntityType(type), !isActionType else { return [] }
        let near = Spelling.nearest(to: type.name, among: schema.entityTypes.keys.map(\.name))
        return [issue("there is no entity type `\(type)`", near, at: span)]
    }

    private func issue(_ message: String, _ near: String?, at span: Span) -> ValidationIssue {
        ValidationIssue(policy, at: span, message + (near.map { ": did you mean `\($0)`?" } ?? ""))
    }
}
