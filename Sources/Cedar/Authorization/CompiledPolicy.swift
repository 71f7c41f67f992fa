/// A policy ready to be asked: its scope as index keys and what the keys leave open, its conditions as one instruction.
final class CompiledPolicy: Sendable {
    /// Its place in the set.
    let position: Int
    let effect: Effect
    let principal: ScopeKey
    let actions: [ScopeKey]
    let resource: ScopeKey
    private let principalType: EntityType?
    private let resourceType: EntityType?
    /// Nil when there is no condition.
    private let condition: (any Instruction)?

    /// The policy has to be without slots.
    init(_ policy: Policy, position: Int, shared: SharedParts) {
        self.position = position
        effect = policy.effect
        (principal, principalType) = Self.split(policy.scope.principal)
        (resource, resourceType) = Self.split(policy.scope.resource)
        switch policy.scope.action {
        case .any: actions = [.any]
        case .equals(let uid): actions = [.exactly(uid)]
        case .isIn(let uids): actions = Array(Set(uids)).map(ScopeKey.within)
        }
        condition = Self.condition(of: policy, Compiler(shared: shared))
    }

    /// Whether the policy holds, for a request that the index led here.
    @inline(__always)
    func holds(_ frame: inout Frame) throws(EvaluationError) -> Bool {
        if let principalType, frame.parties.principal.uid.type != principalType { return false }
        if let resourceType, frame.parties.resource.uid.type != resourceType { return false }
        return try condition?.test(&frame) ?? true
    }

    private static func condition(of policy: Policy, _ compiler: Compiler) -> (any Instruction)? {
        let parts = policy.conditions.map { condition -> any Instruction in
            let body = compiler.compile(condition.body)
            return condition.kind == .when ? body : Negation(body, body.span)
        }
        return parts.isEmpty ? nil : compiler.pairs(parts[...]) { Conjunction($0, $1, policy.span) }
    }

    private static func split(_ constraint: ScopeConstraint) -> (ScopeKey, EntityType?) {
        switch constraint {
        case .equals(.uid(let uid)): (.exactly(uid), nil)
        case .isIn(.uid(let uid)): (.within(uid), nil)
        case .isType(let type): (.type(type), nil)
        case .isTypeIn(let type, .uid(let uid)): (.within(uid), type)
        case .any, .equals(.slot), .isIn(.slot), .isTypeIn(_, .slot): (.any, nil)
        }
    }
}

/// Under what a policy is filed.
enum ScopeKey: Hashable, Sendable {
    case any
    case type(EntityType)
    case exactly(EntityUID)
    /// This entity, or a group it is in.
    case within(EntityUID)
}
