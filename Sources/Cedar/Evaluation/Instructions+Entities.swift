/// `value.name`
final class Attribute: Instruction {
    let object: any Instruction
    let name: Text
    let span: Span

    init(_ object: any Instruction, _ name: Text, _ span: Span) {
        self.object = object
        self.name = name
        self.span = span
    }

    func evaluate(_ frame: inout Frame) throws(EvaluationError) -> Value {
        let value = try object.evaluate(&frame)
        switch value {
        case .record(let record):
            guard let found = record[name] else { throw error(.noSuchAttribute(name, of: nil)) }
            return found
        case .entity(let uid):
            return try attribute(name, of: frame.store.find(uid), uid, frame.store)
        default: throw object.wrongType(value, .record, .entity)
        }
    }
}

/// `principal.name`, `context.name` and so on: the entity is already at hand.
final class VariableAttribute: Instruction {
    let variable: Variable
    let name: Text
    let span: Span

    init(_ variable: Variable, _ name: Text, _ span: Span) {
        self.variable = variable
        self.name = name
        self.span = span
    }

    func evaluate(_ frame: inout Frame) throws(EvaluationError) -> Value {
        guard let party = frame.party(variable) else {
            guard let found = frame.context[name] else { throw error(.noSuchAttribute(name, of: nil)) }
            return found
        }
        return try attribute(name, of: party.place, party.uid, frame.store)
    }
}

extension Instruction {
    /// An attribute of an entity, which may not be in the store.
    fileprivate func attribute(
        _ name: Text, of place: EntityStore.Place?, _ uid: EntityUID, _ store: EntityStore
    ) throws(EvaluationError) -> Value {
        guard let place else { throw error(.noSuchEntity(uid)) }
        guard let found = store.attribute(name, of: place) else { throw error(.noSuchAttribute(name, of: uid)) }
        return found
    }
}

/// `value has a.b.c`
final class Has: BooleanInstruction {
    let object: any Instruction
    let path: [Text]
    let span: Span

    init(_ object: any Instruction, _ path: [Text], _ span: Span) {
        self.object = object
        self.path = path
        self.span = span
    }

    func test(_ frame: inout Frame) throws(EvaluationError) -> Bool {
        var value = try object.evaluate(&frame)
        for name in path {
            let next: Value?
            switch value {
            case .record(let record): next = record[name]
            case .entity(let uid): next = frame.store.find(uid).flatMap { frame.store.attribute(name, of: $0) }
            default: throw object.wrongType(value, .record, .entity)
            }
            guard let next else { return false }
            value = next
        }
        return true
    }
}

/// `principal has name` and so on.
final class VariableHas: BooleanInstruction {
    let variable: Variable
    let name: Text
    let span: Span

    init(_ variable: Variable, _ name: Text, _ span: Span) {
        self.variable = variable
        self.name = name
        self.span = span
    }

    func test(_ frame: inout Frame) throws(EvaluationError) -> Bool {
        guard let party = frame.party(variable) else { return frame.context.contains(name) }
        guard let place = party.place else { return false }
        return frame.store.hasAttribute(name, place)
    }
}

/// `entity in group` and `entity in [group, ...]`: true for the entity itself, too.
final class Membership: BooleanInstruction {
    let member: any Instruction
    let group: any Instruction
    let span: Span

    init(_ member: any Instruction, _ group: any Instruction, _ span: Span) {
        self.member = member
        self.group = group
        self.span = span
    }

    func test(_ frame: inout Frame) throws(EvaluationError) -> Bool {
        let uid = try member.uid(&frame)
        let groupValue = try group.evaluate(&frame)
        switch groupValue {
        case .entity(let group): return Party(uid: uid, place: frame.store.find(uid)).isIn(group, frame.store)
        case .set(let groups):
            return try isMember(Party(uid: uid, place: frame.store.find(uid)), of: groups, in: frame.store)
        default: throw group.wrongType(groupValue, .entity, .set)
        }
    }

    /// Every element has to be an entity, also behind one that already decides.
    private func isMember(
        _ party: Party, of groups: ValueSet, in store: EntityStore
    ) throws(EvaluationError) -> Bool {
        var found = false
        for element in groups.elements {
            guard case .entity(let group) = element else { throw self.group.wrongType(element, .entity) }
            if !found { found = party.isIn(group, store) }
        }
        return found
    }
}

/// `principal in Group::"x"` and so on: both sides at hand.
final class VariableMembership: BooleanInstruction {
    let variable: Variable
    let group: EntityUID
    let span: Span

    init(_ variable: Variable, _ group: EntityUID, _ span: Span) {
        self.variable = variable
        self.group = group
        self.span = span
    }

    func test(_ frame: inout Frame) throws(EvaluationError) -> Bool {
        guard let party = frame.party(variable) else {
            throw error(.wrongType(expected: [.entity], found: .record))
        }
        return party.isIn(group, frame.store)
    }
}

/// `entity is Type` and `entity is Type in group`
final class TypeTest: BooleanInstruction {
    let object: any Instruction
    let type: EntityType
    let membership: Membership?
    let span: Span

    init(_ object: any Instruction, _ type: EntityType, in group: (any Instruction)?, _ span: Span) {
        self.object = object
        self.type = type
        self.membership = group.map { Membership(object, $0, span) }
        self.span = span
    }

    func test(_ frame: inout Frame) throws(EvaluationError) -> Bool {
        guard try object.uid(&frame).type == type else { return false }
        return try membership?.test(&frame) ?? true
    }
}
