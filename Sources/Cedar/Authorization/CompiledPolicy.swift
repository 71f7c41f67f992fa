/// A policy ready to be asked: its scope as index keys and what the keys leave open, its conditions as instructions.
final class CompiledPolicy: Sendable {
    /// Its place in the set.
    let position: Int
    let policy: Policy
    let effect: Effect
    let principal: ScopeKey
    let actions: [ScopeKey]
    let resource: ScopeKey
    private let principalRest: ScopeRest
    private let action: EntityUID?
    private let resourceRest: ScopeRest
    private let conditions: [(instruction: any Instruction, expected: Bool)]

    /// The policy has to be without slots.
    init(_ policy: Policy, position: Int) {
        self.policy = policy
        self.position = position
        effect = policy.effect
        (principal, principalRest) = Self.split(policy.scope.principal)
        (resource, resourceRest) = Self.split(policy.scope.resource)
        switch policy.scope.action {
        case .any: (actions, action) = ([.any], nil)
        case .equals(let uid): (actions, action) = ([.uid(uid)], uid)
        case .isIn(let uids): (actions, action) = (Array(Set(uids)).map(ScopeKey.uid), nil)
        }
        conditions = policy.conditions.map { (Compiler.compile($0.body), $0.kind == .when) }
    }

    /// Whether the policy holds, for a request that the index led here.
    @inline(__always)
    func holds(_ frame: Frame) throws(EvaluationError) -> Bool {
        guard principalRest.holds(frame.request.principal), resourceRest.holds(frame.request.resource),
            action == nil || action == frame.request.action
        else { return false }
        return try conditionsHold(frame)
    }

    func conditionsHold(_ frame: Frame) throws(EvaluationError) -> Bool {
        for condition in conditions where try condition.instruction.test(frame) != condition.expected { return false }
        return true
    }

    private static func split(_ constraint: ScopeConstraint) -> (ScopeKey, ScopeRest) {
        switch constraint {
        case .equals(.uid(let uid)): (.uid(uid), .equals(uid))
        case .isIn(.uid(let uid)): (.uid(uid), .nothing)
        case .isType(let type): (.type(type), .nothing)
        case .isTypeIn(let type, .uid(let uid)): (.uid(uid), .type(type))
        case .any, .equals(.slot), .isIn(.slot), .isTypeIn(_, .slot): (.any, .nothing)
        }
    }
}

/// Under what a policy is filed.
enum ScopeKey: Hashable, Sendable {
    case any
    case type(EntityType)
    /// This entity, or a group it is in.
    case uid(EntityUID)
}

/// What is left to ask when the key fits.
private enum ScopeRest: Sendable {
    case nothing
    case equals(EntityUID)
    case type(EntityType)

    @inline(__always)
    func holds(_ uid: EntityUID) -> Bool {
        switch self {
        case .nothing: true
        case .equals(let expected): uid == expected
        case .type(let type): uid.type == type
        }
    }
}
