internal import BedelDomain

/// `requirements.txt`, looked at line by line before any tool reads it: only names from the package index, with
/// versions, extras and markers (PEP 508), so that a build never follows a student's address or option.
enum Requirements {
    /// - Throws: ``BedelError`` `invalidRequirements` with the line number.
    static func check(_ text: String) throws(BedelError) {
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let content = withoutComment(line)
            guard !content.isEmpty else { continue }
            if let problem = problem(content) {
                let shown = EntryName.shown(Array(content.utf8))
                throw BedelError(
                    .invalidRequirements, "requirements.txt, line \(index + 1): “\(shown)” \(problem).",
                    next: "Name packages of the index only, one a line, for example “scikit-learn==1.5.2”.",
                    arguments: ["line": String(index + 1)])
            }
        }
    }

    private static func problem(_ line: Substring) -> String? {
        if line.hasPrefix("-") { return "is an option of pip, and options are not taken" }
        if line.contains("://") || line.contains("@") { return "points to an address instead of the package index" }
        if line.contains("/") || (line.contains("\\") || line.hasPrefix(".")) || line.hasPrefix("~") {
            return "is a path, and paths are not taken"
        }
        if line.contains("$") { return "uses a variable" }
        let files = [".whl", ".zip", ".tar.gz", ".tgz", ".egg"]
        if files.contains(where: { line.lowercased().hasSuffix($0) }) { return "is a file, and files are not taken" }
        return isRequirement(line) ? nil : "is not the name of a package with an optional version"
    }

    /// name [extras] versions ; marker
    private static func isRequirement(_ line: Substring) -> Bool {
        let name = line.utf8.prefix { isNameByte($0) }
        guard let first = name.first, let last = name.last, isAlphanumeric(first), isAlphanumeric(last) else {
            return false
        }
        var rest = line[name.endIndex...].drop(while: \.isWhitespace)
        if rest.first == "[" {
            guard let close = rest.firstIndex(of: "]") else { return false }
            let extras = rest[rest.index(after: rest.startIndex)..<close].utf8
            guard extras.allSatisfy({ isNameByte($0) || $0 == 44 || $0 == 32 }) else { return false }
            rest = rest[rest.index(after: close)...].drop(while: \.isWhitespace)
        }
        let versions = rest.prefix { $0 != ";" }
        return isVersions(versions)
    }

    /// Nothing, or comparisons separated by commas, perhaps in parentheses (PEP 440, "Version specifiers").
    private static func isVersions(_ text: Substring) -> Bool {
        var text = text
        while text.last?.isWhitespace == true { text.removeLast() }
        if text.hasPrefix("("), text.hasSuffix(")") { text = text.dropFirst().dropLast() }
        guard !text.isEmpty else { return true }
        return text.split(separator: ",", omittingEmptySubsequences: false).allSatisfy { part in
            let part = part.drop(while: \.isWhitespace)
            let sign = part.prefix { "<>=!~".contains($0) }
            guard ["==", "===", "~=", "!=", "<=", ">=", "<", ">"].contains(String(sign)) else { return false }
            var version = part[sign.endIndex...].drop(while: \.isWhitespace)
            while version.last?.isWhitespace == true { version.removeLast() }
            return !version.isEmpty && version.utf8.allSatisfy { isNameByte($0) || $0 == 42 || $0 == 43 || $0 == 33 }
        }
    }

    private static func withoutComment(_ line: Substring) -> Substring {
        var content = line
        if let mark = content.indices.first(where: { index in
            content[index] == "#" && (index == content.startIndex || content[content.index(before: index)].isWhitespace)
        }) {
            content = content[..<mark]
        }
        while content.last?.isWhitespace == true { content.removeLast() }
        return content.drop(while: \.isWhitespace)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) || byte == 45 || byte == 46 || byte == 95
    }
    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte & 0xDF)
    }
}
