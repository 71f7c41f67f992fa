/// How an extension function can fail, before it is known where in the text it stands.
enum ExtensionFailure: Error {
    case reason(EvaluationError.Reason)
    case wrongArgument(Int, expected: Value.Kind)
}

extension Function {
    /// Applies an extension function; a method's object is the first argument.
    func apply(_ arguments: [Value]) throws(ExtensionFailure) -> Value {
        let expected = argumentCount + (isConstructor ? 0 : 1)
        guard arguments.count == expected else {
            throw .reason(.wrongArgumentCount(function: rawValue, expected: expected, found: arguments.count))
        }
        switch self {
        case .decimal, .ip, .datetime, .duration: return try construct(Self.string(arguments, 0))
        case .lessThan, .lessThanOrEqual, .greaterThan, .greaterThanOrEqual: return .bool(try compare(arguments))
        case .isIpv4, .isIpv6, .isLoopback, .isMulticast, .isInRange: return .bool(try askAddress(arguments))
        case .offset, .durationSince, .toDate, .toTime: return try askMoment(arguments)
        default: return .long(try count(arguments))
        }
    }

    private func construct(_ text: Text) throws(ExtensionFailure) -> Value {
        let value: Value? =
            switch self {
            case .decimal: Value.Decimal(text).map(Value.decimal)
            case .ip: Value.IPAddress(text).map(Value.ip)
            case .datetime: Value.DateTime(text).map(Value.datetime)
            default: Value.Duration(text).map(Value.duration)
            }
        guard let value else { throw .reason(.unreadable(function: rawValue, argument: text)) }
        return value
    }

    private func compare(_ arguments: [Value]) throws(ExtensionFailure) -> Bool {
        let left = try Self.decimal(arguments, 0)
        let right = try Self.decimal(arguments, 1)
        return switch self {
        case .lessThan: left < right
        case .lessThanOrEqual: left <= right
        case .greaterThan: left > right
        default: left >= right
        }
    }

    private func askAddress(_ arguments: [Value]) throws(ExtensionFailure) -> Bool {
        let address = try Self.address(arguments, 0)
        return switch self {
        case .isIpv4: address.isIPv4
        case .isIpv6: !address.isIPv4
        case .isLoopback: address.isLoopback
        case .isMulticast: address.isMulticast
        default: address.isInRange(try Self.address(arguments, 1))
        }
    }

    private func askMoment(_ arguments: [Value]) throws(ExtensionFailure) -> Value {
        let moment = try Self.moment(arguments, 0)
        let result: Value? =
            switch self {
            case .offset: moment.offset(by: try Self.duration(arguments, 1)).map(Value.datetime)
            case .durationSince: moment.since(try Self.moment(arguments, 1)).map(Value.duration)
            case .toDate: moment.date.map(Value.datetime)
            default: .duration(moment.time)
            }
        guard let result else { throw .reason(.overflow("`\(rawValue)`")) }
        return result
    }

    private func count(_ arguments: [Value]) throws(ExtensionFailure) -> Int64 {
        let milliseconds = try Self.duration(arguments, 0).milliseconds
        return switch self {
        case .toMilliseconds: milliseconds
        case .toSeconds: milliseconds / 1000
        case .toMinutes: milliseconds / 60_000
        case .toHours: milliseconds / 3_600_000
        default: milliseconds / Value.DateTime.day
        }
    }

    // MARK: - Arguments

    private static func string(_ arguments: [Value], _ index: Int) throws(ExtensionFailure) -> Text {
        guard case .string(let value) = arguments[index] else { throw .wrongArgument(index, expected: .string) }
        return value
    }

    private static func decimal(_ arguments: [Value], _ index: Int) throws(ExtensionFailure) -> Value.Decimal {
        guard case .decimal(let value) = arguments[index] else { throw .wrongArgument(index, expected: .decimal) }
        return value
    }

    private static func address(_ arguments: [Value], _ index: Int) throws(ExtensionFailure) -> Value.IPAddress {
        guard case .ip(let value) = arguments[index] else { throw .wrongArgument(index, expected: .ipaddr) }
        return value
    }

    private static func moment(_ arguments: [Value], _ index: Int) throws(ExtensionFailure) -> Value.DateTime {
        guard case .datetime(let value) = arguments[index] else { throw .wrongArgument(index, expected: .datetime) }
        return value
    }

    private static func duration(_ arguments: [Value], _ index: Int) throws(ExtensionFailure) -> Value.Duration {
        guard case .duration(let value) = arguments[index] else { throw .wrongArgument(index, expected: .duration) }
        return value
    }
}
