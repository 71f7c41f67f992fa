/// `==` and `!=`, between values of any kind.
final class Equality: BooleanInstruction {
    let left: any Instruction
    let right: any Instruction
    let negated: Bool
    let span: Span

    init(_ left: any Instruction, _ right: any Instruction, negated: Bool, _ span: Span) {
        self.left = left
        self.right = right
        self.negated = negated
        self.span = span
    }

    func test(_ frame: inout Frame) throws(EvaluationError) -> Bool {
        let left = try left.evaluate(&frame)
        return try (left == right.evaluate(&frame)) != negated
    }
}

/// `<`, `<=`, `>`, `>=`, between numbers, moments or lengths of time.
final class Ordering: BooleanInstruction {
    let comparison: Comparison
    let left: any Instruction
    let right: any Instruction
    let span: Span

    init(_ comparison: Comparison, _ left: any Instruction, _ right: any Instruction, _ span: Span) {
        self.comparison = comparison
        self.left = left
        self.right = right
        self.span = span
    }

    func test(_ frame: inout Frame) throws(EvaluationError) -> Bool {
        let leftValue = try left.evaluate(&frame)
        let rightValue = try right.evaluate(&frame)
        switch (leftValue, rightValue) {
        case (.long(let left), .long(let right)): return comparison.holds(left, right)
        case (.datetime(let left), .datetime(let right)): return comparison.holds(left, right)
        case (.duration(let left), .duration(let right)): return comparison.holds(left, right)
        case (.long, _), (.datetime, _), (.duration, _): throw right.wrongType(rightValue, leftValue.kind)
        default: throw left.wrongType(leftValue, .long, .datetime, .duration)
        }
    }
}

/// `+`, `-` and `*` from left to right; a result that does not fit is an error.
final class Arithmetic: Instruction {
    let first: any Instruction
    let steps: [(operation: ArithmeticOperation, operand: any Instruction)]
    let span: Span

    init(_ first: any Instruction, _ steps: [(ArithmeticOperation, any Instruction)], _ span: Span) {
        self.first = first
        self.steps = steps
        self.span = span
    }

    func evaluate(_ frame: inout Frame) throws(EvaluationError) -> Value {
        var result = try first.long(&frame)
        for step in steps {
            let operand = try step.operand.long(&frame)
            guard let next = step.operation.apply(result, operand) else {
                throw error(.overflow("\(result) \(step.operation.rawValue) \(operand)"))
            }
            result = next
        }
        return .long(result)
    }
}

/// `-value`
final class Minus: Instruction {
    let part: any Instruction
    let span: Span

    init(_ part: any Instruction, _ span: Span) {
        self.part = part
        self.span = span
    }

    func evaluate(_ frame: inout Frame) throws(EvaluationError) -> Value {
        let value = try part.long(&frame)
        guard value != .min else { throw error(.overflow("-(\(value))")) }
        return .long(-value)
    }
}

final class Like: BooleanInstruction {
    let text: any Instruction
    let pattern: Pattern
    let span: Span

    init(_ text: any Instruction, _ pattern: Pattern, _ span: Span) {
        self.text = text
        self.pattern = pattern
        self.span = span
    }

    func test(_ frame: inout Frame) throws(EvaluationError) -> Bool { pattern.matches(try text.string(&frame)) }
}

// MARK: - Composing

final class SetLiteral: Instruction {
    let elements: [any Instruction]
    let span: Span

    init(_ elements: [any Instruction], _ span: Span) {
        self.elements = elements
        self.span = span
    }

    func evaluate(_ frame: inout Frame) throws(EvaluationError) -> Value {
        var values: [Value] = []
        values.reserveCapacity(elements.count)
        for element in elements { values.append(try element.evaluate(&frame)) }
        return .set(values)
    }
}

final class RecordLiteral: Instruction {
    /// In the order of their names.
    let names: FieldNames
    let parts: [any Instruction]
    let span: Span

    init(_ fields: [(name: Text, part: any Instruction)], _ span: Span) {
        let sorted = fields.sorted { $0.name < $1.name }
        names = FieldNames(names: sorted.map(\.name))
        parts = sorted.map(\.part)
        self.span = span
    }

    func evaluate(_ frame: inout Frame) throws(EvaluationError) -> Value {
        var values: [Value] = []
        values.reserveCapacity(parts.count)
        for part in parts { values.append(try part.evaluate(&frame)) }
        return .record(Record(names, values: values))
    }
}
