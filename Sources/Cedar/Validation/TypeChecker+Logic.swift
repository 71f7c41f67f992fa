extension TypeChecker {
    mutating func conditional(
        _ expression: Expression, _ test: Expression, _ then: Expression, _ otherwise: Expression,
        _ known: Set<Capability>
    ) -> Typing {
        let condition = expect(test, [.bool], known)
        if condition.type == .bool(always: false) { return check(otherwise, known) }
        var first = check(then, known.union(condition.capabilities))
        first.capabilities.formUnion(condition.capabilities)
        if condition.type == .bool(always: true) { return first }
        let second = check(otherwise, known)
        guard condition.type != nil, let left = first.type, let right = second.type else { return .failed }
        guard let type = left.united(with: right) else {
            return note("the two branches have one type: these are \(left) and \(right)", at: expression.span)
        }
        return Typing(type, first.capabilities.intersection(second.capabilities))
    }

    mutating func conjunction(_ parts: [Expression], _ known: Set<Capability>) -> Typing {
        var gained: Set<Capability> = []
        var always: Bool? = true
        var failed = false
        for part in parts {
            let typing = expect(part, [.bool], known.union(gained))
            guard case .bool(let value)? = typing.type else {
                failed = true
                continue
            }
            // What follows is never evaluated.
            if value == false { return failed ? .failed : Typing(.bool(always: false)) }
            if value == nil { always = nil }
            gained.formUnion(typing.capabilities)
        }
        return failed ? .failed : Typing(.bool(always: always), gained)
    }

    mutating func disjunction(_ parts: [Expression], _ known: Set<Capability>) -> Typing {
        var common: Set<Capability>?
        var always: Bool? = false
        var failed = false
        for part in parts {
            let typing = expect(part, [.bool], known)
            guard case .bool(let value)? = typing.type else {
                failed = true
                continue
            }
            switch value {
            // What follows is never evaluated.
            case true?: return failed ? .failed : Typing(.bool(always: true), typing.capabilities)
            // It can only be true through the others.
            case false?: continue
            case nil:
                always = nil
                common = common?.intersection(typing.capabilities) ?? typing.capabilities
            }
        }
        return failed ? .failed : Typing(.bool(always: always), common ?? [])
    }

    mutating func negation(_ part: Expression, _ known: Set<Capability>) -> Typing {
        guard case .bool(let value)? = expect(part, [.bool], known).type else { return .failed }
        return Typing(.bool(always: value.map { !$0 }))
    }

    // MARK: - Comparisons

    mutating func equality(
        _ expression: Expression, _ left: Expression, _ right: Expression, _ negated: Bool, _ known: Set<Capability>
    ) -> Typing {
        let types = (check(left, known).type, check(right, known).type)
        guard let leftType = types.0, let rightType = types.1 else { return .failed }
        if let equal = knownEquality(left, leftType, right, rightType) {
            return Typing(.bool(always: equal != negated))
        }
        guard leftType.united(with: rightType) != nil else {
            return note("these can never be equal: \(leftType) and \(rightType)", at: expression.span)
        }
        return Typing(.bool)
    }

    private func knownEquality(
        _ left: Expression, _ leftType: SchemaType, _ right: Expression, _ rightType: SchemaType
    ) -> Bool? {
        if case .entity(let one) = leftType, case .entity(let other) = rightType, one != other { return false }
        guard let one = constant(left), let other = constant(right) else { return nil }
        return one == other
    }

    /// A literal, or the action, which is known for a kind of request.
    func constant(_ expression: Expression) -> Value? {
        switch expression.kind {
        case .literal(let value): value
        case .variable(.action): .entity(request.action.uid)
        default: nil
        }
    }

    mutating func comparison(_ left: Expression, _ right: Expression, _ known: Set<Capability>) -> Typing {
        guard let leftType = check(left, known).type, let rightType = check(right, known).type else { return .failed }
        if leftType == rightType, leftType.isOrdered { return Typing(.bool) }
        let (culprit, type, other) = leftType.isOrdered ? (right, rightType, leftType) : (left, leftType, rightType)
        let wanted = other.isOrdered ? "\(other)" : "Long, datetime or duration"
        let hint = type == .decimal ? ": compare decimals with `.lessThan(...)` and its kin" : ""
        return note("expected \(wanted) but this is \(type)\(hint)", at: culprit.span)
    }

    // MARK: - Hierarchy

    mutating func membership(
        _ expression: Expression, _ member: Expression, _ group: Expression, _ known: Set<Capability>
    ) -> Typing {
        let memberTyping = expect(member, [.entity], known, hint: ": use `contains` to ask whether a set has it")
        let groupTyping = check(group, known)
        guard let groupType = groupTyping.type else { return .failed }
        let groupEntity: EntityType
        switch groupType {
        case .entity(let type), .set(.entity(let type)): groupEntity = type
        default: return note("expected an entity or a set of entities but this is \(groupType)", at: group.span)
        }
        guard case .entity(let memberEntity)? = memberTyping.type else { return .failed }
        if case .entity(let action)? = constant(member), action.type.isAction, let groups = uids(group) {
            return actionMembership(action, groups)
        }
        let possible = schema.canBe(memberEntity, in: groupEntity) || actionCanBe(memberEntity, in: groupEntity)
        return Typing(possible ? .bool : .bool(always: false))
    }

    /// The entities written out on the right of `in`.
    private func uids(_ expression: Expression) -> [EntityUID]? {
        if case .entity(let uid)? = constant(expression) { return [uid] }
        guard case .set(let elements) = expression.kind else { return nil }
        let uids = elements.compactMap { element -> EntityUID? in
            if case .entity(let uid)? = constant(element) { uid } else { nil }
        }
        return uids.count == elements.count ? uids : nil
    }

    /// The schema knows which action is in which group.
    private func actionMembership(_ action: EntityUID, _ groups: [EntityUID]) -> Typing {
        let ancestors = schema.actions[action]?.ancestors ?? []
        return Typing(.bool(always: groups.contains { $0 == action || ancestors.contains($0) }))
    }

    private func actionCanBe(_ member: EntityType, in group: EntityType) -> Bool {
        schema.actions.values.contains { $0.uid.type == member && $0.ancestors.contains { $0.type == group } }
    }

    mutating func typeTest(
        _ expression: Expression, _ object: Expression, _ type: EntityType, _ group: Expression?,
        _ known: Set<Capability>
    ) -> Typing {
        guard case .entity(let actual)? = expect(object, [.entity], known).type else { return .failed }
        guard actual == type else { return Typing(.bool(always: false)) }
        guard let group else { return Typing(.bool(always: true)) }
        return membership(expression, object, group, known)
    }
}
