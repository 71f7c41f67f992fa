/// Why a policy or schema text was refused: where, what was expected there and what was found.
package struct ParseError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The name of the text, normally a file name.
    package let source: String
    package let position: SourcePosition
    /// What is wrong, in one sentence without the position.
    package let message: String
    /// What would have been right at this place; empty where that is not a short list.
    package let expected: [String]
    /// What stands there instead, as written.
    package let found: String
    /// The line of the text on which it stands.
    package let line: String

    init(_ text: SourceText, at span: Span, message: String, expected: [String] = [], found: String? = nil) {
        self.source = text.name
        self.position = text.position(of: span.start)
        self.message = message
        self.expected = expected
        self.found = found ?? text.text(span)
        self.line = text.line(at: span.start)
    }

    /// `name:line:column: message`, the form that editors make clickable.
    package var description: String { "\(source):\(position): \(message)" }

    /// The description, the line, and a mark under the column.
    package var excerpt: String { position.excerpt(description, line: line) }
}

/// All that is wrong with a text, in the order of the text. Never empty.
package struct ParseErrors: Error, Equatable, Sendable, CustomStringConvertible {
    package let errors: [ParseError]

    /// Nobody reads more than this many, and a hostile text shall not cost more.
    static let most = 50

    package var description: String { errors.map(\.excerpt).joined(separator: "\n") }
}
