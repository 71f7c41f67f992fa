/// Works out the types of a policy's conditions for one kind of request, as Cedar's strict validation does: both sides
/// of a comparison have one type, optional attributes are asked for before they are read, constructors take literals.
///
/// What cannot be reached is not checked: behind `principal is User &&` only users count.
struct TypeChecker {
    let schema: Schema
    let request: RequestKind
    private(set) var findings: [Finding] = []

    init(schema: Schema, request: RequestKind) {
        self.schema = schema
        self.request = request
    }

    /// Whether the conditions can all be met, as far as types can tell.
    mutating func canHold(_ conditions: [Condition]) -> Bool {
        var known: Set<Capability> = []
        for condition in conditions {
            let typing = expect(condition.body, [.bool], known)
            guard condition.kind == .when else {
                if typing.type == .bool(always: true) { return false }
                continue
            }
            if typing.type == .bool(always: false) { return false }
            known.formUnion(typing.capabilities)
        }
        return true
    }

    mutating func note(_ message: String, at span: Span) -> Typing {
        findings.append(Finding(span: span, message: message))
        return .failed
    }

    // MARK: - Expectations

    /// What an operand has to be.
    enum Expected {
        case bool, long, string, set, entity, record
        case exactly(SchemaType)

        func accepts(_ type: SchemaType) -> Bool {
            switch (self, type) {
            case (.bool, .bool), (.long, .long), (.string, .string), (.set, .set), (.entity, .entity),
                (.record, .record):
                true
            case (.exactly(let expected), _): type == expected
            default: false
            }
        }

        var description: String {
            switch self {
            case .bool: "Bool"
            case .long: "Long"
            case .string: "String"
            case .set: "a set"
            case .entity: "an entity"
            case .record: "a record"
            case .exactly(let type): "\(type)"
            }
        }
    }

    /// Checks an operand that has to be of one of some types.
    mutating func expect(
        _ expression: Expression, _ expected: [Expected], _ known: Set<Capability>, hint: String = ""
    ) -> Typing {
        let typing = check(expression, known)
        guard let type = typing.type else { return .failed }
        if expected.contains(where: { $0.accepts(type) }) { return typing }
        let wanted = expected.map(\.description).joined(separator: " or ")
        return note("expected \(wanted) but this is \(type)\(hint)", at: expression.span)
    }

    // MARK: - Expressions

    mutating func check(_ expression: Expression, _ known: Set<Capability>) -> Typing {
        switch expression.kind {
        case .literal(let value): literal(value)
        case .variable(let variable): Typing(type(of: variable))
        case .conditional(let test, let then, let otherwise):
            conditional(expression, test, then, otherwise, known)
        case .and(let parts): conjunction(parts, known)
        case .or(let parts): disjunction(parts, known)
        case .not(let part): negation(part, known)
        case .negate(let part): Typing(expect(part, [.long], known).type)
        case .equality(let left, let right, let negated): equality(expression, left, right, negated, known)
        case .comparison(_, let left, let right): comparison(left, right, known)
        case .isIn(let member, let group): membership(expression, member, group, known)
        case .arithmetic(let first, let steps): arithmetic([first] + steps.map(\.operand), known)
        case .has(let object, let path): has(expression, object, path, known)
        case .attribute(let object, let name): attribute(expression, object, name, known)
        case .like(let text, _): Typing(expect(text, [.string], known).type.map { _ in .bool })
        case .isType(let object, let type, let group): typeTest(expression, object, type, group, known)
        case .set(let elements): set(expression, elements, known)
        case .record(let fields): record(fields, known)
        case .call(let function, let arguments): call(expression, function, arguments, known)
        }
    }

    private func type(of variable: Variable) -> SchemaType {
        switch variable {
        case .principal: .entity(request.principal)
        case .action: .entity(request.action.uid.type)
        case .resource: .entity(request.resource)
        case .context: .record(request.action.context)
        }
    }

    private func literal(_ value: Value) -> Typing {
        switch value {
        case .bool(let value): Typing(.bool(always: value))
        case .long: Typing(.long)
        case .string: Typing(.string)
        // What is not declared is noted by `NameChecker`.
        case .entity(let uid):
            Typing(schema.entityTypes[uid.type] != nil || schema.actions[uid] != nil ? .entity(uid.type) : nil)
        default: .failed
        }
    }

    private mutating func arithmetic(_ operands: [Expression], _ known: Set<Capability>) -> Typing {
        var failed = false
        for operand in operands where expect(operand, [.long], known).type == nil { failed = true }
        return failed ? .failed : Typing(.long)
    }

    private mutating func set(_ expression: Expression, _ elements: [Expression], _ known: Set<Capability>) -> Typing {
        guard !elements.isEmpty else {
            return note("the type of an empty set is unknown: use `isEmpty()` to ask for one", at: expression.span)
        }
        let types = elements.map { check($0, known).type }
        guard var common = types[0] else { return .failed }
        for (type, element) in zip(types, elements).dropFirst() {
            guard let type else { return .failed }
            guard let united = common.united(with: type) else {
                return note("the elements of a set have one type: this is \(type), not \(common)", at: element.span)
            }
            common = united
        }
        return Typing(.set(common))
    }

    private mutating func record(_ fields: [Expression.Field], _ known: Set<Capability>) -> Typing {
        var attributes: [Text: SchemaAttribute] = [:]
        for field in fields {
            if let type = check(field.value, known).type {
                attributes[field.name] = SchemaAttribute(type: type, isRequired: true)
            }
        }
        return attributes.count == fields.count ? Typing(.record(attributes)) : .failed
    }
}
