/// A piece of a condition as it was written.
struct Expression: Sendable {
    let kind: Kind
    let span: Span
    /// The number of nodes on the longest way down. Bounded by the parser, so that every walk may recurse.
    let height: Int

    static let greatestHeight = 200

    init(_ kind: Kind, _ span: Span) {
        self.kind = kind
        self.span = span
        self.height = 1 + kind.parts.reduce(0) { max($0, $1.height) }
    }

    indirect enum Kind: Hashable, Sendable {
        case literal(Value)
        case variable(Variable)
        case conditional(test: Expression, then: Expression, otherwise: Expression)
        /// Two or more conjuncts; `a && b && c` is one node.
        case and([Expression])
        case or([Expression])
        case not(Expression)
        case negate(Expression)
        case equality(Expression, Expression, negated: Bool)
        case comparison(Comparison, Expression, Expression)
        case isIn(Expression, Expression)
        /// A chain of operators of the same rank, applied from left to right.
        case arithmetic(Expression, [ArithmeticStep])
        /// `has a.b.c`: one or more names, each an attribute of the one before.
        case has(Expression, [Text])
        case attribute(Expression, Text)
        case like(Expression, Pattern)
        case isType(Expression, EntityType, in: Expression?)
        case set([Expression])
        case record([Field])
        case call(Function, [Expression])
    }

    struct ArithmeticStep: Hashable, Sendable {
        let operation: ArithmeticOperation
        let operand: Expression
    }

    struct Field: Hashable, Sendable {
        let name: Text
        let value: Expression
    }
}

/// Two expressions are the same when they say the same, wherever they stand.
extension Expression: Hashable {
    static func == (left: Expression, right: Expression) -> Bool { left.kind == right.kind }
    func hash(into hasher: inout Hasher) { hasher.combine(kind) }
}

extension Expression.Kind {
    /// The expressions directly below.
    var parts: [Expression] {
        switch self {
        case .literal, .variable: []
        case .conditional(let test, let then, let otherwise): [test, then, otherwise]
        case .and(let parts), .or(let parts), .set(let parts), .call(_, let parts): parts
        case .not(let part), .negate(let part), .has(let part, _), .attribute(let part, _), .like(let part, _): [part]
        case .equality(let left, let right, _), .comparison(_, let left, let right), .isIn(let left, let right):
            [left, right]
        case .arithmetic(let first, let steps): [first] + steps.map(\.operand)
        case .isType(let part, _, let container): [part] + (container.map { [$0] } ?? [])
        case .record(let fields): fields.map(\.value)
        }
    }
}

/// What a request gives to every policy.
enum Variable: String, Sendable {
    case principal, action, resource, context
}

enum Comparison: String, Sendable {
    case less = "<", lessOrEqual = "<=", greater = ">", greaterOrEqual = ">="

    func holds<Ordered: Comparable>(_ left: Ordered, _ right: Ordered) -> Bool {
        switch self {
        case .less: left < right
        case .lessOrEqual: left <= right
        case .greater: left > right
        case .greaterOrEqual: left >= right
        }
    }
}

enum ArithmeticOperation: String, Sendable {
    case add = "+", subtract = "-", multiply = "*"

    /// Nil on overflow.
    func apply(_ left: Int64, _ right: Int64) -> Int64? {
        let (result, overflow) =
            switch self {
            case .add: left.addingReportingOverflow(right)
            case .subtract: left.subtractingReportingOverflow(right)
            case .multiply: left.multipliedReportingOverflow(by: right)
            }
        return overflow ? nil : result
    }
}
