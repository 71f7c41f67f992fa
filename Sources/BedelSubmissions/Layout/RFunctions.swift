/// The functions an R file defines, found without running it: `name <- function` or `name = function`, outside of
/// strings and comments (R Language Definition, section 10.3).
enum RFunctions {
    static func defined(in source: String) -> Set<String> {
        let tokens = tokens(Array(source.utf8))
        var names: Set<String> = []
        for index in tokens.indices.dropLast(2) where tokens[index + 2] == "function" {
            if tokens[index + 1] == "<-" || tokens[index + 1] == "=" { names.insert(tokens[index]) }
        }
        return names
    }

    private static func tokens(_ source: [UInt8]) -> [String] {
        var tokens: [String] = []
        var index = 0
        while index < source.count {
            let byte = source[index]
            if byte == UInt8(ascii: "#") {
                while index < source.count, source[index] != 10 { index += 1 }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") || byte == UInt8(ascii: "`") {
                let (text, next) = quoted(source, from: index)
                // `"predict.x" <- function` and backticks both name a function.
                tokens.append(text)
                index = next
            } else if isName(byte) {
                let name = source[index...].prefix(while: isName)
                tokens.append(String(decoding: name, as: UTF8.self))
                index = name.endIndex
            } else if source[index...].starts(with: "<<-".utf8) {
                tokens.append("<-")
                index += 3
            } else if source[index...].starts(with: "<-".utf8) || source[index...].starts(with: "==".utf8) {
                tokens.append(byte == UInt8(ascii: "<") ? "<-" : "==")
                index += 2
            } else {
                if !" \t\r\n".utf8.contains(byte) { tokens.append(String(UnicodeScalar(byte))) }
                index += 1
            }
        }
        return tokens
    }

    private static func quoted(_ source: [UInt8], from start: Int) -> (String, Int) {
        var index = start + 1
        while index < source.count, source[index] != source[start] {
            index += source[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        let end = min(index, source.count)
        return (
            String(decoding: source[(start + 1)..<max(end, start + 1)], as: UTF8.self), min(index + 1, source.count)
        )
    }

    private static func isName(_ byte: UInt8) -> Bool {
        byte == 46 || byte == 95 || byte >= 0x80 || (48...57).contains(byte) || (65...90).contains(byte & 0xDF)
    }
}
