/// A value known from the text.
final class Constant: Instruction {
    let value: Value
    let span: Span

    init(_ value: Value, _ span: Span) {
        self.value = value
        self.span = span
    }

    func evaluate(_ frame: Frame) throws(EvaluationError) -> Value { value }
}

/// An error known from the text, such as an address that cannot be read. It counts only if evaluation gets there.
final class ConstantError: Instruction {
    let reason: EvaluationError.Reason
    let span: Span

    init(_ reason: EvaluationError.Reason, _ span: Span) {
        self.reason = reason
        self.span = span
    }

    func evaluate(_ frame: Frame) throws(EvaluationError) -> Value { throw error(reason) }
}

final class VariableValue: Instruction {
    let variable: Variable
    let span: Span

    init(_ variable: Variable, _ span: Span) {
        self.variable = variable
        self.span = span
    }

    func evaluate(_ frame: Frame) throws(EvaluationError) -> Value { frame.value(variable) }
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

    func evaluate(_ frame: Frame) throws(EvaluationError) -> Value {
        try condition.test(frame) ? try then.evaluate(frame) : try otherwise.evaluate(frame)
    }

    func test(_ frame: Frame) throws(EvaluationError) -> Bool {
        try condition.test(frame) ? try then.test(frame) : try otherwise.test(frame)
    }
}

/// `&&`: stops at the first part that does not hold.
final class Conjunction: BooleanInstruction {
    let parts: [any Instruction]
    let span: Span

    init(_ parts: [any Instruction], _ span: Span) {
        self.parts = parts
        self.span = span
    }

    func test(_ frame: Frame) throws(EvaluationError) -> Bool {
        for part in parts where try !part.test(frame) { return false }
        return true
    }
}

/// `||`: stops at the first part that holds.
final class Disjunction: BooleanInstruction {
    let parts: [any Instruction]
    let span: Span

    init(_ parts: [any Instruction], _ span: Span) {
        self.parts = parts
        self.span = span
    }

    func test(_ frame: Frame) throws(EvaluationError) -> Bool {
        for part in parts where try part.test(frame) { return true }
        return false
    }
}

final class Negation: BooleanInstruction {
    let part: any Instruction
    let span: Span

    init(_ part: any Instruction, _ span: Span) {
        self.part = part
        self.span = span
    }

    func test(_ frame: Frame) throws(EvaluationError) -> Bool { try !part.test(frame) }
}
