/// A piece of a compiled condition.
protocol Instruction: AnyObject, Sendable {
    var span: Span { get }
    func evaluate(_ frame: inout Frame) throws(EvaluationError) -> Value
    /// The value as a boolean; an error when it is none.
    func test(_ frame: inout Frame) throws(EvaluationError) -> Bool
}

extension Instruction {
    func test(_ frame: inout Frame) throws(EvaluationError) -> Bool {
        let value = try evaluate(&frame)
        guard case .bool(let result) = value else { throw wrongType(value, .bool) }
        return result
    }

    func error(_ reason: EvaluationError.Reason) -> EvaluationError { EvaluationError(reason: reason, span: span) }

    func wrongType(_ value: Value, _ expected: Value.Kind...) -> EvaluationError {
        error(.wrongType(expected: expected, found: value.kind))
    }

    // MARK: - The value as one kind

    func long(_ frame: inout Frame) throws(EvaluationError) -> Int64 {
        let value = try evaluate(&frame)
        guard case .long(let result) = value else { throw wrongType(value, .long) }
        return result
    }

    func string(_ frame: inout Frame) throws(EvaluationError) -> Text {
        let value = try evaluate(&frame)
        guard case .string(let result) = value else { throw wrongType(value, .string) }
        return result
    }

    func uid(_ frame: inout Frame) throws(EvaluationError) -> EntityUID {
        let value = try evaluate(&frame)
        guard case .entity(let result) = value else { throw wrongType(value, .entity) }
        return result
    }

    func set(_ frame: inout Frame) throws(EvaluationError) -> ValueSet {
        let value = try evaluate(&frame)
        guard case .set(let result) = value else { throw wrongType(value, .set) }
        return result
    }
}

/// An instruction whose value is always a boolean: only `test` is written.
protocol BooleanInstruction: Instruction {}

extension BooleanInstruction {
    func evaluate(_ frame: inout Frame) throws(EvaluationError) -> Value { .bool(try test(&frame)) }
}
