/// Reads `name[extra,…] (op version, …)` of PEP 508 and gives its one spelling (names after PEP 503).
struct RequirementScanner {
    private let characters: [Character]
    private var position = 0

    init(_ text: String) { characters = Array(text) }

    mutating func requirement() -> String? {
        guard let name = name() else { return nil }
        var extras: [String] = []
        if take("[") {
            repeat {
                guard let extra = self.name() else { return nil }
                extras.append(extra)
            } while take(",")
            guard take("]") else { return nil }
        }
        let inBrackets = take("(")
        guard let specifiers = specifiers() else { return nil }
        if inBrackets, !take(")") { return nil }
        skipSpace()
        guard position == characters.count else { return nil }
        let suffix = extras.isEmpty ? "" : "[\(Set(extras).sorted().joined(separator: ","))]"
        return name + suffix + specifiers.sorted().joined(separator: ",")
    }

    /// Letters and digits, with runs of `-`, `_` and `.` inside, which all count as one hyphen.
    private mutating func name() -> String? {
        skipSpace()
        var name = ""
        while position < characters.count, let byte = characters[position].asciiValue, Self.isNameByte(byte) {
            let separator = "-_.".contains(characters[position])
            if separator, name.hasSuffix("-") {} else { name += separator ? "-" : characters[position].lowercased() }
            position += 1
        }
        guard !name.isEmpty, !name.hasPrefix("-"), !name.hasSuffix("-"), name.utf8.count <= 100 else { return nil }
        return name
    }

    private mutating func specifiers() -> [String]? {
        skipSpace()
        guard position < characters.count, characters[position] != ")" else { return [] }
        var found: [String] = []
        repeat {
            guard let comparison = comparison(), let version = version() else { return nil }
            found.append(comparison + version)
        } while take(",")
        return found
    }

    private mutating func comparison() -> String? {
        skipSpace()
        for candidate in ["===", "==", "~=", "!=", "<=", ">=", "<", ">"] {
            let end = position + candidate.count
            if end <= characters.count, String(characters[position..<end]) == candidate {
                position = end
                return candidate
            }
        }
        return nil
    }

    private mutating func version() -> String? {
        skipSpace()
        let start = position
        while position < characters.count, let byte = characters[position].asciiValue,
            Self.isNameByte(byte) || "*+!".contains(characters[position])
        {
            position += 1
        }
        return position > start ? String(characters[start..<position]).lowercased() : nil
    }

    private mutating func take(_ character: Character) -> Bool {
        skipSpace()
        guard position < characters.count, characters[position] == character else { return false }
        position += 1
        return true
    }

    private mutating func skipSpace() {
        while position < characters.count, characters[position].isWhitespace { position += 1 }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."): true
        default: false
        }
    }
}
