extension TypeChecker {
    mutating func call(
        _ expression: Expression, _ function: Function, _ arguments: [Expression], _ known: Set<Capability>
    ) -> Typing {
        switch function {
        case .contains: contains(expression, arguments, known)
        case .containsAll, .containsAny: compareSets(expression, arguments, known)
        case .isEmpty: Typing(expect(arguments[0], [.set], known).type.map { _ in .bool })
        case .hasTag: tag(expression, arguments, reads: false, known)
        case .getTag: tag(expression, arguments, reads: true, known)
        default: extensionCall(expression, function, arguments, known)
        }
    }

    private mutating func contains(
        _ expression: Expression, _ arguments: [Expression], _ known: Set<Capability>
    ) -> Typing {
        let container = expect(arguments[0], [.set], known, hint: Self.hint(arguments[0]))
        let element = check(arguments[1], known)
        guard case .set(let elementType)? = container.type, let type = element.type else { return .failed }
        guard elementType.united(with: type) != nil else {
            return note("a set of \(elementType) can never contain \(type)", at: arguments[1].span)
        }
        return Typing(.bool)
    }

    private static func hint(_ expression: Expression) -> String {
        if case .variable = expression.kind { ": use `in` to ask for a group" } else { "" }
    }

    private mutating func compareSets(
        _ expression: Expression, _ arguments: [Expression], _ known: Set<Capability>
    ) -> Typing {
        let left = expect(arguments[0], [.set], known)
        let right = expect(arguments[1], [.set], known, hint: ": use `contains` to ask for a single value")
        guard let leftType = left.type, let rightType = right.type else { return .failed }
        guard leftType.united(with: rightType) != nil else {
            return note("these sets can have nothing in common: \(leftType) and \(rightType)", at: expression.span)
        }
        return Typing(.bool)
    }

    // MARK: - Extensions

    private mutating func extensionCall(
        _ expression: Expression, _ function: Function, _ arguments: [Expression], _ known: Set<Capability>
    ) -> Typing {
        let expected = function.parameterTypes
        guard arguments.count == expected.count else {
            let given = arguments.count - (function.isConstructor ? 0 : 1)
            return note(
                "`\(function.rawValue)` takes \(function.argumentCount) arguments but \(given) are given",
                at: expression.span)
        }
        var failed = false
        for (argument, type) in zip(arguments, expected)
        where expect(argument, [.exactly(type)], known).type == nil { failed = true }
        if failed { return .failed }
        guard function.isConstructor else { return Typing(function.resultType) }
        guard case .literal(let text) = arguments[0].kind else {
            return note("`\(function.rawValue)` takes a text that is written out here", at: arguments[0].span)
        }
        guard (try? function.apply([text])) != nil else {
            return note("`\(function.rawValue)` cannot read \(text)", at: arguments[0].span)
        }
        return Typing(function.resultType)
    }
}

extension Function {
    /// The types of an extension function's arguments, a method's object first.
    fileprivate var parameterTypes: [SchemaType] {
        switch self {
        case .decimal, .ip, .datetime, .duration: [.string]
        case .lessThan, .lessThanOrEqual, .greaterThan, .greaterThanOrEqual: [.decimal, .decimal]
        case .isIpv4, .isIpv6, .isLoopback, .isMulticast: [.ipaddr]
        case .isInRange: [.ipaddr, .ipaddr]
        case .offset: [.datetime, .duration]
        case .durationSince: [.datetime, .datetime]
        case .toDate, .toTime: [.datetime]
        default: [.duration]
        }
    }

    fileprivate var resultType: SchemaType {
        switch self {
        case .decimal: .decimal
        case .ip: .ipaddr
        case .datetime, .offset, .toDate: .datetime
        case .duration, .durationSince, .toTime: .duration
        case .toMilliseconds, .toSeconds, .toMinutes, .toHours, .toDays: .long
        default: .bool
        }
    }
}
