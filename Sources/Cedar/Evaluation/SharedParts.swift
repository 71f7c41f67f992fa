/// The parts that the conditions of a set of policies have in common, such as `resource.owner == principal`. Conditions
/// have no effects, so within one decision a part always comes to the same, and is evaluated once.
struct SharedParts: Sendable {
    static let none = SharedParts([])

    /// Which shared part. There are at most 64, so that a word remembers which of them are worked out.
    struct Number: Sendable {
        let index: Int
        var bit: UInt64 { 1 << UInt64(truncatingIfNeeded: index) }
    }

    private static let most = 64
    /// Higher parts are rarely the same, and comparing them would take long.
    private static let greatestHeight = 8

    private let numbers: [Expression: Number]

    /// Finds the parts that are used most.
    init(_ policies: [Policy]) {
        var uses: [Expression: (count: Int, first: Int)] = [:]
        for policy in policies {
            for condition in policy.conditions { Self.count(condition.body, &uses) }
        }
        let repeated = uses.filter { $0.value.count > 1 }
            .sorted { ($1.value.count, $0.value.first) < ($0.value.count, $1.value.first) }
        numbers = Dictionary(
            uniqueKeysWithValues: repeated.prefix(Self.most).enumerated().map { ($1.key, Number(index: $0)) })
    }

    func number(of expression: Expression) -> Number? {
        Self.isWorthKeeping(expression) ? numbers[expression] : nil
    }

    /// What is below a part counts for its first use only: later uses will not get there.
    private static func count(_ expression: Expression, _ uses: inout [Expression: (count: Int, first: Int)]) {
        if isWorthKeeping(expression) {
            let use = uses[expression] ?? (count: 0, first: uses.count)
            uses[expression] = (use.count + 1, use.first)
            if use.count > 0 { return }
        }
        for part in expression.kind.parts { count(part, &uses) }
    }

    /// Whether remembering is cheaper than evaluating.
    private static func isWorthKeeping(_ expression: Expression) -> Bool {
        guard expression.height <= greatestHeight else { return false }
        return switch expression.kind {
        case .literal, .variable, .and, .or, .not, .negate, .conditional, .set, .record: false
        // `ip("10.0.0.0/8")` is a value already.
        case .call(_, let arguments): !arguments.allSatisfy { if case .literal = $0.kind { true } else { false } }
        case .equality, .comparison, .isIn, .arithmetic, .has, .attribute, .like, .isType: true
        }
    }
}
