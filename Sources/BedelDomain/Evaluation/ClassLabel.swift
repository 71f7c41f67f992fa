/// The name of a class, in the one spelling in which the truth and a prediction are compared.
///
/// A label reaches us as CSV text, as a JSON number or as a JSON string, from Python or from R, so the same class has
/// several spellings. Two labels are equal when, after white space at both ends is dropped,
/// - both are decimal numbers of the same value (`1`, `1.0`, `+1`, `01` and `"1"` are one label), or
/// - both are `true`, or both `false`, in any case (`True` in Python, `TRUE` in R), or
/// - their text is the same to Unicode (canonical equivalence); case counts.
package struct ClassLabel: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let text: String
    /// Bytes of UTF-8; more than that is no name.
    package static let maximumLength = 256

    /// Nil when `raw` is empty, too long, or a spelling of "no number": such a value names no class.
    package init?(_ raw: String) {
        let trimmed = Self.trim(raw)
        guard !trimmed.isEmpty, trimmed.utf8.count <= Self.maximumLength else { return nil }
        if let number = DecimalSpelling.canonical(trimmed) {
            text = number
            return
        }
        switch trimmed.lowercased() {
        case "nan", "+nan", "-nan": return nil
        case "true": text = "true"
        case "false": text = "false"
        default: text = trimmed
        }
    }

    package static func < (a: Self, b: Self) -> Bool { a.text < b.text }
    package var description: String { text }

    private static func trim(_ text: String) -> String {
        let scalars = text.unicodeScalars
        guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
        else { return "" }
        return String(scalars[first...last])
    }
}
