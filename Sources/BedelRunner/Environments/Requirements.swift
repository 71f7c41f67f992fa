internal import BedelDomain

/// A `requirements.txt`, read strictly: names, versions, extras, markers and hashes (PEP 508 without addresses). Options
/// and addresses are refused: which index is used is the operator's choice, and nothing may run code while it builds.
struct Requirements: Equatable {
    /// One spelling for one set: sorted, lower case, no comments. What the environment is named after.
    let lines: [String]

    /// - Throws: `invalidRequirements`, naming the line.
    init(_ text: String) throws(BedelError) {
        guard text.utf8.count <= 64 << 10 else {
            throw BedelError(
                .invalidRequirements, "requirements.txt is larger than 64 KiB.", next: "List packages only.")
        }
        var found: Set<String> = []
        for (number, line) in Self.logicalLines(text) {
            found.insert(try Self.normalise(line, number))
        }
        guard found.count <= 200 else {
            throw BedelError(
                .invalidRequirements, "requirements.txt names \(found.count) packages; 200 is the most.",
                next: "Name only those that the model imports.")
        }
        lines = found.sorted()
    }

    /// Lines with their numbers, comments gone, continued ones (`\` at the end) joined.
    private static func logicalLines(_ text: String) -> [(Int, String)] {
        var result: [(Int, String)] = []
        var pending = ""
        var start = 1
        let withoutMark = text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
        let lines = withoutMark.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (index, raw) in lines.enumerated() {
            if pending.isEmpty { start = index + 1 }
            var line = withoutComment(raw)
            if line.hasSuffix("\\") {
                line.removeLast()
                pending += line + " "
                continue
            }
            let whole = trimmed(pending + line)
            if !whole.isEmpty { result.append((start, whole)) }
            pending = ""
        }
        let rest = trimmed(pending)
        if !rest.isEmpty { result.append((start, rest)) }
        return result
    }

    private static func withoutComment(_ line: Substring) -> String {
        var previous: Character = " "
        var kept = ""
        for character in line {
            if character == "#", previous.isWhitespace { break }
            kept.append(character)
            previous = character
        }
        return trimmed(kept)
    }

    private static func normalise(_ line: String, _ number: Int) throws(BedelError) -> String {
        try refuseOptions(line, number)
        let hashes = line.split(separator: " ").filter { $0.hasPrefix("--hash=") }.sorted()
        let plain = line.split(separator: " ").filter { !$0.hasPrefix("--hash=") }.joined(separator: " ")
        let halves = plain.split(separator: ";", maxSplits: 1).map { trimmed(String($0)) }
        var scanner = RequirementScanner(halves.first ?? "")
        guard let requirement = scanner.requirement() else { throw malformed(line, number) }
        let marker = halves.count > 1 ? "; " + collapsed(halves[1]) : ""
        guard marker.utf8.allSatisfy({ (32...126).contains($0) }), hashes.allSatisfy(isHash) else {
            throw malformed(line, number)
        }
        return ([requirement + marker] + hashes.map(String.init)).joined(separator: " ")
    }

    private static func refuseOptions(_ line: String, _ number: Int) throws(BedelError) {
        let first = line.first ?? " "
        let isAddress = line.contains("://") || line.contains(" @") || line.contains("${") || "./~".contains(first)
        guard first != "-", !isAddress, !line.hasPrefix("git+") else {
            throw BedelError(
                .invalidRequirements,
                "Line \(number) of requirements.txt is an option, a path or an address: “\(line.prefix(80))”.",
                next: "Name packages only, as in “scikit-learn==1.5.2”; where they come from is set on this server.",
                arguments: ["line": String(number)])
        }
    }

    private static func malformed(_ line: String, _ number: Int) -> BedelError {
        BedelError(
            .invalidRequirements, "Line \(number) of requirements.txt cannot be read: “\(line.prefix(80))”.",
            next: "Write one package a line, as in “numpy>=1.26,<3”.", arguments: ["line": String(number)])
    }

    private static func isHash(_ text: Substring) -> Bool {
        let digits = text.dropFirst("--hash=sha256:".count)
        return text.hasPrefix("--hash=sha256:") && digits.count == 64 && digits.allSatisfy(\.isHexDigit)
    }

    private static func trimmed(_ text: String) -> String {
        let start = text.drop(while: \.isWhitespace)
        return String(start.reversed().drop(while: \.isWhitespace).reversed())
    }

    private static func collapsed(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
