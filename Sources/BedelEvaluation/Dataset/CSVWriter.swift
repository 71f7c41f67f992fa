/// Writes CSV as RFC 4180 describes it: CRLF after every record, and quotation marks only where they are needed.
enum CSVWriter {
    static func text(_ records: [[String]]) -> String {
        records.map { $0.map(field).joined(separator: ",") + "\r\n" }.joined()
    }

    private static func field(_ text: String) -> String {
        let safe = withoutFormula(text)
        // Over scalars: CR and LF together are one Character, and equal to neither.
        guard safe.unicodeScalars.contains(where: { $0 == "," || $0 == "\"" || $0 == "\r" || $0 == "\n" }) else {
            return safe
        }
        let doubled = String(safe.flatMap { $0 == "\"" ? [$0, $0] : [$0] })
        return "\"\(doubled)\""
    }

    /// A spreadsheet runs a cell that begins like a formula, whatever its quotation marks; an apostrophe in front makes it
    /// text (OWASP, "CSV Injection"). Names made only of letters, digits and `.` `_` `-` `@`, such as the login `-ana`,
    /// can call nothing and stay as they are, or a gradebook would not know their owner.
    private static func withoutFormula(_ text: String) -> String {
        guard let first = text.unicodeScalars.first, "=+-@\t\r\n".unicodeScalars.contains(first) else { return text }
        let isName = text.unicodeScalars.allSatisfy { scalar in
            scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || "._-@".unicodeScalars.contains(scalar)
        }
        return isName ? text : "'\(text)"
    }
}
