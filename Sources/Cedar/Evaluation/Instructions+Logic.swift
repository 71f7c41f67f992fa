/// A value known from the text.
final class Constant: Instruction {
    let value: Value
    let span: Span

    init(_ value: Value, _ span: Span) {
        self.value = value
        self.span = span
    }

    func evaluate(_ frame: inout Frame) throws(EvaluationError) -> Value { value }
}

/// An error known from the text, such as an address that cannot be read. It counts only if evaluation gets there.
final class ConstantError: Instruction {
    let reason: EvaluationError.Reason
    let span: Span

    init(_ reason: EvaluationError.Reason, _ span: Span) {
        self.reason = reason
        self.span = span
    }

    func evaluate(_ frame: inout Frame) throws(EvaluationError) -> Value { throw error(reason) }
}

final class VariableValue: Instruction {
    let variable: Variable
    let span: Span

    init(_ variable: Variable, _ span: Span) {
        self.variable = variable
        self.span = span
    }

    func evaluate(_ frame: inout Frame) throws(EvaluationError) -> Value { frame.value(variable) }
}

final class Conditional: Instruction {
    let condition: any Instruction
    let then: any Instruction
    let otherwise: any Instruction
    let span: Span

    init(_ condition: any Instruction, _ then: any Instruction, _ otherwise: any Instruction, _ span: Span) {
        self.condition = condition
        self.then = then
        self.otherwise = otherwise
        self.span = span
    }

    func evaluate(_ frame: inout Frame) throws(EvaluationError) -> Value {
        try condition.test(&frame) ? try then.evaluate(&frame) : try otherwise.evaluate(&frame)
    }

    func test(_ frame: inout Frame) throws(EvaluationError) -> Bool {
        try condition.test(&frame) ? try then.test(&frame) : try otherwise.test(&frame)
    }
}

/// `&&`: stops at the first part that does not hold. A chain of many is a tree of pairs, as deep as its length has digits.
final class Conjunction: BooleanInstruction {
    let left: any Instruction
    let right: any Instruction
    let span: Span

    init(_ left: any Instruction, _ right: any Instruction, _ span: Span) {
        self.left = left
        self.right = right
        self.span = span
    }

    func test(_ frame: inout Frame) throws(EvaluationError) -> Bool {
        guard try left.test(&frame) else { return false }
        return try right.test(&frame)
    }
}

/// `||`: stops at the first part that holds. A chain of many is a tree of pairs, as deep as its length has digits.
final class Disjunction: BooleanInstruction {
    let left: any Instruction
    let right: any Instruction
    let span: Span

    init(_ left: any Instruction, _ right: any Instruction, _ span: Span) {
        self.left = left
        self.right = right
        self.span = span
    }

    func test(_ frame: inout Frame) throws(EvaluationError) -> Bool {
        if try left.test(&frame) { return true }
        return try right.test(&frame)
    }
}

final class Negation: BooleanInstruction {
    let part: any Instruction
    let span: Span

    init(_ part: any Instruction, _ span: Span) {
        self.part = part
        self.span = span
    }

    func test(_ frame: inout Frame) throws(EvaluationError) -> Bool { try !part.test(&frame) }
}
