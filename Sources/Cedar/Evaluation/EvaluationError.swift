/// Why an expression has no value. The policy it belongs to is skipped and the error reported.
package struct EvaluationError: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Reason: Equatable, Sendable {
        case wrongType(expected: [Value.Kind], found: Value.Kind)
        case noSuchEntity(EntityUID)
        /// The entity, or nil for a record.
        case noSuchAttribute(Text, of: EntityUID?)
        case noSuchTag(Text, of: EntityUID)
        case overflow(String)
        /// A constructor could not read its text.
        case unreadable(function: String, argument: Text)
        case wrongArgumentCount(function: String, expected: Int, found: Int)
    }

    package let reason: Reason
    /// Where in the policy's text.
    package let span: Span

    package var description: String {
        switch reason {
        case .wrongType(let expected, let found):
            "expected \(expected.map(\.rawValue).joined(separator: " or ")) but found \(found.rawValue)"
        case .noSuchEntity(let uid): "there is no entity \(uid)"
        case .noSuchAttribute(let name, let uid?): "\(uid) has no attribute `\(name)`"
        case .noSuchAttribute(let name, nil): "the record has no attribute `\(name)`"
        case .noSuchTag(let name, let uid): "\(uid) has no tag \(name.literal)"
        case .overflow(let operation): "the result of \(operation) does not fit into a whole number"
        case .unreadable(let function, let argument): "\(function)(\(argument.literal)) cannot be read"
        case .wrongArgumentCount(let function, let expected, let found):
            "`\(function)` takes \(expected) arguments but \(found) are given"
        }
    }
}
