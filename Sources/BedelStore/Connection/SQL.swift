/// A statement whose values cannot become part of its text: what is interpolated is sent beside it, as `$1`, `$2`, …
///
///     let sql: SQL = "SELECT title FROM profiles WHERE name = \(name)"
///
/// Another ``SQL`` may be interpolated too, and brings its own values along. Text that was put together at run time needs
/// the visibly unsafe spelling.
package struct SQL: Sendable, ExpressibleByStringInterpolation {
    enum Part: Sendable {
        case text(String)
        /// Nil is SQL's NULL.
        case value(String?)
    }

    let parts: [Part]

    package init(stringLiteral text: String) { parts = [.text(text)] }
    package init(stringInterpolation: StringInterpolation) { parts = stringInterpolation.parts }

    /// Text as it is. Never with anything in it that came from outside.
    package init(unsafe text: String) { parts = [.text(text)] }

    /// What the server gets: the text with placeholders, and the values in their order.
    func rendered() -> (text: String, values: [String?]) {
        var text = ""
        var values: [String?] = []
        for part in parts {
            switch part {
            case .text(let piece): text += piece
            case .value(let value):
                values.append(value)
                text += "$\(values.count)"
            }
        }
        return (text, values)
    }

    package struct StringInterpolation: StringInterpolationProtocol {
        var parts: [Part] = []

        package init(literalCapacity: Int, interpolationCount: Int) {
            parts.reserveCapacity(2 * interpolationCount + 1)
        }

        package mutating func appendLiteral(_ literal: String) {
            if !literal.isEmpty { parts.append(.text(literal)) }
        }

        package mutating func appendInterpolation(_ value: some SQLValue) { parts.append(.value(value.sqlText)) }
        package mutating func appendInterpolation<Value: SQLValue>(_ value: Value?) {
            parts.append(.value(value?.sqlText))
        }
        package mutating func appendInterpolation(_ fragment: SQL) { parts += fragment.parts }
    }
}
