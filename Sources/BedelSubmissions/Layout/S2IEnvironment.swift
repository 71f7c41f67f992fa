internal import BedelDomain

/// `.s2i/environment`: lines `NAME=value`; blank lines and `#` comments do not count. Read as the runtimes read it.
struct S2IEnvironment {
    /// A Python module path or an R file name, safe to be part of a path.
    let modelName: String

    /// - Throws: ``BedelError`` `unrecognisedBundle`.
    init(parsing text: String) throws(BedelError) {
        var values: [String: String] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            guard let (name, value) = Self.assignment(line) else { continue }
            values[name] = value
        }
        guard let name = values["MODEL_NAME"], Self.isName(name) else {
            throw Self.unrecognised(
                values["MODEL_NAME"] == nil
                    ? "“.s2i/environment” has no line MODEL_NAME=…"
                    : "MODEL_NAME in “.s2i/environment” is not the name of a class: letters, digits and underscores.")
        }
        guard (values["SERVICE_TYPE"] ?? "MODEL").uppercased() == "MODEL" else {
            throw Self.unrecognised("“.s2i/environment” asks for another SERVICE_TYPE; only MODEL is served here.")
        }
        guard (values["API_TYPE"] ?? "REST").uppercased().contains("REST") else {
            throw Self.unrecognised("“.s2i/environment” asks for another API_TYPE; only REST is served here.")
        }
        modelName = name
    }

    private static func assignment(_ line: Substring) -> (String, String)? {
        guard let equals = line.firstIndex(of: "=") else { return nil }
        let name = trimmed(line[..<equals])
        guard !name.isEmpty, name.utf8.allSatisfy({ $0 == 95 || isLetter($0) || isDigit($0) }) else { return nil }
        let value = trimmed(line[line.index(after: equals)...])
        return (String(name), String(value.drop(while: isQuote).reversed().drop(while: isQuote).reversed()))
    }

    private static func isName(_ name: String) -> Bool {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return name.utf8.count <= 100
            && parts.allSatisfy { part in
                guard let first = part.utf8.first, isLetter(first) || first == 95 else { return false }
                return part.utf8.allSatisfy { isLetter($0) || isDigit($0) || $0 == 95 }
            }
    }

    private static func unrecognised(_ message: String) -> BedelError {
        BedelError(.unrecognisedBundle, message, next: ModelLayout.whatIsExpected)
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop(while: \.isWhitespace)
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }

    private static func isQuote(_ character: Character) -> Bool { character == "\"" || character == "'" }
    private static func isLetter(_ byte: UInt8) -> Bool { (65...90).contains(byte & 0xDF) }
    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
}
