/// Checks that every entity type, action and enumerated id that a policy names is declared.
struct NameChecker {
    private let policy: Policy
    private let schema: Schema

    init(_ policy: Policy, _ schema: Schema) {
        self.policy = policy
        self.schema = schema
    }

    func findings() -> [Finding] {
        let scope = policy.scope
        var findings = self.findings(scope.principal, at: scope.principalSpan)
        switch scope.action {
        case .any: break
        case .equals(let uid): findings += self.findings(uid, at: scope.actionSpan)
        case .isIn(let uids):
            findings += uids.flatMap { self.findings($0, at: scope.actionSpan) }
            if Set(uids.map(\.type)).count > 1 {
                let message = "the actions in a list are of one namespace"
                findings.append(Finding(span: scope.actionSpan, message: message))
            }
        }
        findings += self.findings(scope.resource, at: scope.resourceSpan)
        for condition in policy.conditions { findings += self.findings(condition.body) }
        return findings
    }

    private func findings(_ constraint: ScopeConstraint, at span: Span) -> [Finding] {
        switch constraint {
        case .equals(.uid(let uid)), .isIn(.uid(let uid)): findings(uid, at: span)
        case .isType(let type), .isTypeIn(let type, .slot): findings(type, at: span)
        case .isTypeIn(let type, .uid(let uid)): findings(type, at: span) + findings(uid, at: span)
        case .any, .equals(.slot), .isIn(.slot): []
        }
    }

    private func findings(_ expression: Expression) -> [Finding] {
        let below = expression.kind.parts.flatMap(findings)
        return switch expression.kind {
        case .literal(.entity(let uid)): findings(uid, at: expression.span)
        case .isType(_, let type, _): findings(type, at: expression.span) + below
        default: below
        }
    }

    private func findings(_ uid: EntityUID, at span: Span) -> [Finding] {
        if uid.type.isAction, schema.actions.keys.contains(where: { $0.type == uid.type }) || !isEntityType(uid.type) {
            guard schema.actions[uid] == nil else { return [] }
            let near = Spelling.nearest(to: uid.description, among: schema.actions.keys.map(\.description))
            return [finding("there is no action \(uid)", near, at: span)]
        }
        guard let declaration = schema.entityTypes[uid.type] else { return findings(uid.type, at: span) }
        guard let ids = declaration.ids, !ids.contains(uid.id) else { return [] }
        let known = ids.map(\.literal).joined(separator: ", ")
        return [Finding(span: span, message: "\(uid) does not exist: the only ids of \(uid.type) are \(known)")]
    }

    private func isEntityType(_ type: EntityType) -> Bool { schema.entityTypes[type] != nil }

    private func findings(_ type: EntityType, at span: Span) -> [Finding] {
        let isActionType = schema.actions.keys.contains { $0.type == type }
        guard !isEntityType(type), !isActionType else { return [] }
        let near = Spelling.nearest(to: type.name, among: schema.entityTypes.keys.map(\.name))
        return [finding("there is no entity type `\(type)`", near, at: span)]
    }

    private func finding(_ message: String, _ near: String?, at span: Span) -> Finding {
        Finding(span: span, message: message + (near.map { ": did you mean `\($0)`?" } ?? ""))
    }
}
