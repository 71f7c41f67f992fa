/// Turns expressions into instructions. What the text alone decides is worked out here, once.
struct Compiler {
    /// What is worked out once for all policies of a decision.
    let shared: SharedParts

    /// An expression on its own.
    static func compile(_ expression: Expression) -> any Instruction { Compiler(shared: .none).compile(expression) }

    func compile(_ expression: Expression) -> any Instruction {
        let instruction = translate(expression)
        guard let number = shared.number(of: expression) else { return instruction }
        guard let test = instruction as? any BooleanInstruction else { return SharedValue(instruction, number) }
        return SharedTest(test, number)
    }

    private func translate(_ expression: Expression) -> any Instruction {
        let span = expression.span
        switch expression.kind {
        case .literal(let value): return Constant(value, span)
        case .variable(let variable): return VariableValue(variable, span)
        case .conditional(let test, let then, let otherwise):
            return Conditional(compile(test), compile(then), compile(otherwise), span)
        case .and(let parts): return pairs(parts.map(compile)[...]) { Conjunction($0, $1, span) }
        case .or(let parts): return pairs(parts.map(compile)[...]) { Disjunction($0, $1, span) }
        case .not(let part): return Negation(compile(part), span)
        case .negate(let part): return Minus(compile(part), span)
        case .equality(let left, let right, let negated):
            return Equality(compile(left), compile(right), negated: negated, span)
        case .comparison(let comparison, let left, let right):
            return Ordering(comparison, compile(left), compile(right), span)
        case .isIn(let member, let group): return membership(member, group, span)
        case .arithmetic(let first, let steps):
            return Arithmetic(compile(first), steps.map { ($0.operation, compile($0.operand)) }, span)
        case .has(let object, let path): return has(object, path, span)
        case .attribute(let object, let name):
            if case .variable(let variable) = object.kind { return VariableAttribute(variable, name, span) }
            return Attribute(compile(object), name, span)
        case .like(let text, let pattern): return Like(compile(text), pattern, span)
        case .isType(let object, let type, let group):
            return TypeTest(compile(object), type, in: group.map(compile), span)
        case .set(let elements): return set(elements, span)
        case .record(let fields): return record(fields, span)
        case .call(let function, let arguments): return call(function, arguments.map(compile), span)
        }
    }

    /// Joins one or more parts, in their order, by halves.
    func pairs(
        _ parts: ArraySlice<any Instruction>, _ join: (any Instruction, any Instruction) -> any Instruction
    ) -> any Instruction {
        guard parts.count > 1 else { return parts[parts.startIndex] }
        let middle = parts.startIndex + parts.count / 2
        return join(pairs(parts[..<middle], join), pairs(parts[middle...], join))
    }

    private func membership(_ member: Expression, _ group: Expression, _ span: Span) -> any Instruction {
        if case .variable(let variable) = member.kind, case .literal(.entity(let uid)) = group.kind {
            return VariableMembership(variable, uid, span)
        }
        return Membership(compile(member), compile(group), span)
    }

    private func has(_ object: Expression, _ path: [Text], _ span: Span) -> any Instruction {
        if path.count == 1, case .variable(let variable) = object.kind { return VariableHas(variable, path[0], span) }
        return Has(compile(object), path, span)
    }

    private func set(_ elements: [Expression], _ span: Span) -> any Instruction {
        let parts = elements.map(compile)
        let constants = parts.compactMap { ($0 as? Constant)?.value }
        return constants.count == parts.count ? Constant(.set(constants), span) : SetLiteral(parts, span)
    }

    private func record(_ fields: [Expression.Field], _ span: Span) -> any Instruction {
        let parts = fields.map { (name: $0.name, part: compile($0.value)) }
        let constants = parts.compactMap { part in (part.part as? Constant).map { (part.name, $0.value) } }
        guard constants.count == parts.count else { return RecordLiteral(parts, span) }
        return Constant(.record(Dictionary(uniqueKeysWithValues: constants)), span)
    }

    private func call(_ function: Function, _ arguments: [any Instruction], _ span: Span) -> any Instruction {
        switch function {
        case .contains: return Contains(arguments[0], arguments[1], span)
        case .containsAll: return SetComparison(arguments[0], arguments[1], wantsAll: true, span)
        case .containsAny: return SetComparison(arguments[0], arguments[1], wantsAll: false, span)
        case .isEmpty: return IsEmpty(arguments[0], span)
        case .hasTag: return HasTag(arguments[0], arguments[1], span)
        case .getTag: return GetTag(arguments[0], arguments[1], span)
        default: return extensionCall(function, arguments, span)
        }
    }

    /// A constructor of a literal is worked out now, also when it fails.
    private func extensionCall(
        _ function: Function, _ arguments: [any Instruction], _ span: Span
    ) -> any Instruction {
        guard function.isConstructor, arguments.count == 1, let text = (arguments[0] as? Constant)?.value else {
            return ExtensionCall(function, arguments, span)
        }
        do throws(ExtensionFailure) {
            return Constant(try function.apply([text]), span)
        } catch {
            switch error {
            case .reason(let reason): return ConstantError(reason, span)
            case .wrongArgument: return ExtensionCall(function, arguments, span)
            }
        }
    }
}
