/// What a check of policies against a schema found.
package struct ValidationReport: Sendable, CustomStringConvertible {
    /// What makes a policy wrong. Policies with errors should not come into force.
    package let errors: [ValidationIssue]
    /// What is suspicious: policies that can never apply.
    package let warnings: [ValidationIssue]

    package var isValid: Bool { errors.isEmpty }

    package var description: String {
        (errors.map { "error: \($0.excerpt)" } + warnings.map { "warning: \($0.excerpt)" }).joined(separator: "\n")
    }
}

/// One finding, with its place.
package struct ValidationIssue: Hashable, Sendable, CustomStringConvertible {
    package let policyID: String
    /// The name of the text, normally a file name.
    package let source: String
    package let position: SourcePosition
    package let message: String
    /// The line of the text on which it stands.
    package let line: String

    init(_ policy: Policy, at span: Span, _ message: String) {
        policyID = policy.id
        source = policy.source.name
        position = policy.source.position(of: span.start)
        line = policy.source.line(at: span.start)
        self.message = message
    }

    /// `name:line:column: policy "id": message`
    package var description: String { "\(source):\(position): policy \"\(policyID)\": \(message)" }

    /// The description, the line, and a mark under the column.
    package var excerpt: String { position.excerpt(description, line: line) }
}
