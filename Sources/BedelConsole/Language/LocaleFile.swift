internal import BedelDomain

/// A locale file: one `key = text` a line, `#` begins a comment line. A text may hold `{{name}}` where a value goes.
struct LocaleFile: Sendable {
    let texts: [String: String]

    /// - Throws: ``BedelError`` naming the line that is wrong, or that says a key a second time.
    init(parsing content: String, name: String) throws(BedelError) {
        var texts: [String: String] = [:]
        for (index, line) in content.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = line.trimmed
            guard !line.isEmpty, !line.hasPrefix("#") else { continue }
            guard let sign = line.firstIndex(of: "=") else {
                throw Self.error(name, index + 1, "expected “key = text”")
            }
            let key = line[..<sign].trimmed
            guard texts.updateValue(line[line.index(after: sign)...].trimmed, forKey: key) == nil else {
                throw Self.error(name, index + 1, "“\(key)” stands here a second time")
            }
        }
        self.texts = texts
    }

    private static func error(_ name: String, _ line: Int, _ what: String) -> BedelError {
        BedelError(.invalidRequest, "\(name), line \(line): \(what).", next: "Correct the line and start again.")
    }

    /// The names between double braces, in order of appearance.
    static func placeholders(in text: String) -> [String] {
        text.split(separator: "{", omittingEmptySubsequences: true).compactMap { piece in
            piece.contains("}}") ? piece.prefix { $0 != "}" }.trimmed : nil
        }
    }
}
