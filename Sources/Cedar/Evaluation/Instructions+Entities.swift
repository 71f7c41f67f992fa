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

    func evaluate(_ frame: Frame) throws(EvaluationError) -> Value {
        let value = try object.evaluate(frame)
        switch value {
        case .record(let record):
            guard let found = record[name] else { throw error(.noSuchAttribute(name, of: nil)) }
            return found
        case .entity(let uid):
            guard let stored = frame.store.find(uid) else { throw error(.noSuchEntity(uid)) }
            guard let found = stored.entity.attributes[name] else { throw error(.noSuchAttribute(name, of: uid)) }
            return found
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

    func evaluate(_ frame: Frame) throws(EvaluationError) -> Value {
        guard let (uid, stored) = frame.entity(variable) else {
            guard let found = frame.request.context[name] else { throw error(.noSuchAttribute(name, of: nil)) }
            return found
        }
        guard let stored else { throw error(.noSuchEntity(uid)) }
        guard let found = stored.entity.attributes[name] else { throw error(.noSuchAttribute(name, of: uid)) }
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

    func test(_ frame: Frame) throws(EvaluationError) -> Bool {
        var value = try object.evaluate(frame)
        for name in path {
            let fields: Record?
            switch value {
            case .record(let record): fields = record
            case .entity(let uid): fields = frame.store.find(uid)?.entity.attributes
            default: throw object.wrongType(value, .record, .entity)
            }
            guard let next = fields?[name] else { return false }
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

    func test(_ frame: Frame) throws(EvaluationError) -> Bool {
        guard let (_, stored) = frame.entity(variable) else { return frame.request.context.contains(name) }
        return stored?.entity.attributes.contains(name) ?? false
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

    func test(_ frame: Frame) throws(EvaluationError) -> Bool {
        let uid = try member.uid(frame)
        let groupValue = try group.evaluate(frame)
        switch groupValue {
        case .entity(let group): return Self.isMember(uid, of: group, in: frame)
        case .set(let groups): return try isMember(uid, of: groups, in: frame)
        default: throw group.wrongType(groupValue, .entity, .set)
        }
    }

    static func isMember(_ uid: EntityUID, of group: EntityUID, in frame: Frame) -> Bool {
        uid == group || frame.store.find(uid)?.ancestors.contains(group) == true
    }

    /// Every element has to be an entity, also behind one that already decides.
    private func isMember(
        _ uid: EntityUID, of groups: ValueSet, in frame: Frame
    ) throws(EvaluationError) -> Bool {
        let ancestors = frame.store.find(uid)?.ancestors
        var found = false
        for element in groups.elements {
            guard case .entity(let group) = element else { throw self.group.wrongType(element, .entity) }
            if !found { found = uid == group || ancestors?.contains(group) == true }
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

    func test(_ frame: Frame) throws(EvaluationError) -> Bool {
        guard let (uid, stored) = frame.entity(variable) else {
            throw error(.wrongType(expected: [.entity], found: .record))
        }
        return uid == group || stored?.ancestors.contains(group) == true
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

    func test(_ frame: Frame) throws(EvaluationError) -> Bool {
        guard try object.uid(frame).type == type else { return false }
        return try membership?.test(frame) ?? true
    }
}
