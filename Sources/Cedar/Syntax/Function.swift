/// The functions and methods of the language.
enum Function: String, Sendable, CaseIterable {
    // Sets and tags.
    case contains, containsAll, containsAny, isEmpty, getTag, hasTag
    // Constructors.
    case decimal, ip, datetime, duration
    // Decimals.
    case lessThan, lessThanOrEqual, greaterThan, greaterThanOrEqual
    // Addresses.
    case isIpv4, isIpv6, isLoopback, isMulticast, isInRange
    // Moments and lengths of time.
    case offset, durationSince, toDate, toTime
    case toMilliseconds, toSeconds, toMinutes, toHours, toDays

    /// Constructors are called as `ip("...")`, everything else as `value.method()`.
    var isConstructor: Bool {
        switch self {
        case .decimal, .ip, .datetime, .duration: true
        default: false
        }
    }

    /// How many arguments are written between the parentheses.
    var argumentCount: Int {
        switch self {
        case .contains, .containsAll, .containsAny, .getTag, .hasTag, .decimal, .ip, .datetime, .duration, .lessThan,
            .lessThanOrEqual, .greaterThan, .greaterThanOrEqual, .isInRange, .offset, .durationSince:
            1
        default: 0
        }
    }

    /// Whether a wrong number of arguments is already an error of the text; for the others it is one of evaluation.
    var hasFixedArguments: Bool {
        switch self {
        case .contains, .containsAll, .containsAny, .isEmpty, .getTag, .hasTag: true
        default: false
        }
    }

    /// How it is written with its arguments left out, for messages.
    var signature: String {
        isConstructor ? "\(rawValue)(\"...\")" : ".\(rawValue)(\(argumentCount == 0 ? "" : "..."))"
    }

    static var methods: [Function] { allCases.filter { !$0.isConstructor } }
    static var constructors: [Function] { allCases.filter(\.isConstructor) }
}
