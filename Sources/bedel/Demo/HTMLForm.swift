/// The first form of a page that has a field of a given name, with its hidden values: enough to sign in at a provider as a
/// person would.
struct HTMLForm {
    /// As the page gives it; empty means the page itself.
    let action: String
    private(set) var values: [(name: String, value: String)]

    init?(in page: String, with field: String) {
        for form in page.split(separator: "<form").dropFirst() {
            let text = String(form[..<(form.firstRange(of: "</form")?.lowerBound ?? form.endIndex)])
            let inputs = text.split(separator: "<input").dropFirst().map(String.init)
            let named = inputs.compactMap { input in Self.attribute("name", of: input).map { ($0, input) } }
            guard named.contains(where: { $0.0 == field }) else { continue }
            action = Self.attribute("action", of: text) ?? ""
            values = named.map { (name: $0.0, value: Self.attribute("value", of: $0.1) ?? "") }
            return
        }
        return nil
    }

    mutating func fill(_ field: String, with value: String) {
        values.removeAll { $0.name == field }
        values.append((name: field, value: value))
    }

    /// `application/x-www-form-urlencoded` (WHATWG URL, section 5.2).
    var encoded: String { values.map { "\(Self.escape($0.name))=\(Self.escape($0.value))" }.joined(separator: "&") }

    private static func attribute(_ name: String, of tag: String) -> String? {
        let head = tag.prefix(while: { $0 != ">" })
        guard let start = head.firstRange(of: " \(name)=\"")?.upperBound else { return nil }
        let value = String(head[start...].prefix(while: { $0 != "\"" }))
        return value.replacing("&amp;", with: "&").replacing("&#34;", with: "\"").replacing("&#39;", with: "'")
    }

    private static func escape(_ text: String) -> String {
        text.utf8.map { byte in
            let plain =
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                || [45, 46, 95, 126].contains(byte)
            let hex = String(byte, radix: 16, uppercase: true)
            return plain ? String(UnicodeScalar(byte)) : "%" + (hex.count < 2 ? "0" : "") + hex
        }.joined()
    }
}
