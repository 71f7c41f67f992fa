/// The classes a Python file defines at its top level, found without running it: strings and comments are blanked out,
/// then lines are read by their indentation (Python Language Reference, section 2.1.8).
struct PythonOutline {
    struct Class: Equatable {
        /// Whether its own body has `def predict` or `def predict_raw`, or assigns `predict`.
        var definesPredict = false
        /// Whether it has bases other than `object`; `predict` may then come from one of them.
        var inherits = false
    }

    private(set) var classes: [String: Class] = [:]

    init(_ source: String) {
        var current: String?
        for line in Self.blanked(Array(source.utf8)).split(separator: UInt8(ascii: "\n")) {
            let indent = line.prefix { $0 == 32 || $0 == 9 }.count
            let words = Words(line.dropFirst(indent))
            guard !words.isEmpty else { continue }
            if indent == 0 {
                current = words.definedClass
                if let name = current { classes[name] = Class(inherits: words.hasBases) }
            } else if let name = current, words.definesPredict {
                classes[name]?.definesPredict = true
            }
        }
    }

    /// The same text with the insides of strings and all comments as spaces, and line breaks inside strings and
    /// brackets as spaces too, so that every line left is one logical line.
    private static func blanked(_ source: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(source.count)
        var index = 0
        var depth = 0
        while index < source.count {
            let byte = source[index]
            switch byte {
            case UInt8(ascii: "#"):
                while index < source.count, source[index] != 10 { index += 1 }
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                index = endOfString(source, from: index)
                out.append(UInt8(ascii: "\""))
            case UInt8(ascii: "\\") where index + 1 < source.count && source[index + 1] == 10:
                index += 2
            case 10, 13:
                out.append(byte == 10 && depth == 0 ? 10 : 32)
                index += 1
            default:
                if "([{".utf8.contains(byte) { depth += 1 }
                if ")]}".utf8.contains(byte) { depth = max(0, depth - 1) }
                out.append(byte)
                index += 1
            }
        }
        return out
    }

    /// The index after the string literal that starts here, single or triple quoted.
    private static func endOfString(_ source: [UInt8], from start: Int) -> Int {
        let quote = source[start]
        let triple = start + 2 < source.count && source[start + 1] == quote && source[start + 2] == quote
        var index = start + (triple ? 3 : 1)
        while index < source.count {
            if source[index] == UInt8(ascii: "\\") {
                index += 2
            } else if !triple, source[index] == 10 {
                return index
            } else if source[index] == quote, !triple {
                return index + 1
            } else if source[index] == quote, source[index...].starts(with: [quote, quote, quote]) {
                return index + 3
            } else {
                index += 1
            }
        }
        return source.count
    }
}

/// The names and signs of one logical line.
private struct Words {
    private let words: [String]

    init(_ line: ArraySlice<UInt8>) {
        var words: [String] = []
        var name: [UInt8] = []
        for byte in line + [32] {
            let isName = byte == 95 || byte >= 0x80 || (48...57).contains(byte) || (65...90).contains(byte & 0xDF)
            if isName {
                name.append(byte)
            } else {
                if !name.isEmpty { words.append(String(decoding: name, as: UTF8.self)) }
                name = []
                if byte != 32, byte != 9 { words.append(String(UnicodeScalar(byte))) }
            }
        }
        self.words = words
    }

    var isEmpty: Bool { words.isEmpty }

    var definedClass: String? { words.count > 1 && words[0] == "class" ? words[1] : nil }

    /// `class A(B):` but not `class A:`, `class A():`, `class A(object):`.
    var hasBases: Bool {
        guard words.count > 2, words[2] == "(" else { return false }
        let bases = words[3...].prefix { $0 != ")" }
        return !bases.isEmpty && Array(bases) != ["object"]
    }

    var definesPredict: Bool {
        let names: Set = ["predict", "predict_raw"]
        let start = words.first == "async" ? Array(words.dropFirst()) : words
        guard start.count > 1 else { return false }
        if start[0] == "def" { return names.contains(start[1]) }
        return names.contains(start[0]) && start[1] == "=" && start.count > 2 && start[2] != "="
    }
}
