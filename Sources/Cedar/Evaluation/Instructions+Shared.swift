/// A part with a yes or no that other policies have, too. An error is not remembered: each policy reports it at its own
/// place in the text.
final class SharedTest: BooleanInstruction {
    private let part: any Instruction
    private let number: SharedParts.Number
    let span: Span

    init(_ part: any BooleanInstruction, _ number: SharedParts.Number) {
        self.part = part
        self.number = number
        span = part.span
    }

    func test(_ frame: inout Frame) throws(EvaluationError) -> Bool {
        if let truth = frame.truth(of: number) { return truth }
        let truth = try part.test(&frame)
        frame.keep(truth, for: number)
        return truth
    }
}

/// A part with a value that other policies have, too.
final class SharedValue: Instruction {
    private let part: any Instruction
    private let number: SharedParts.Number
    let span: Span

    init(_ part: any Instruction, _ number: SharedParts.Number) {
        self.part = part
        self.number = number
        span = part.span
    }

    func evaluate(_ frame: inout Frame) throws(EvaluationError) -> Value {
        if let value = frame.value(of: number) { return value }
        let value = try part.evaluate(&frame)
        frame.keep(value, for: number)
        return value
    }
}
