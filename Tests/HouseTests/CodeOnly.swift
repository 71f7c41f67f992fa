/// Blanks comments and the insides of string literals; lines stay where they are. Good for the Swift of this house: it
/// knows nested comments, raw and multi-line strings, but takes interpolations for text.
enum CodeOnly {
    static func of(_ text: String) -> String {
        var scanner = Scanner(Array(text.utf8))
        return String(decoding: scanner.scan(), as: UTF8.self)
    }

    private struct Scanner {
        let bytes: [UInt8]
        var position = 0
        var code: [UInt8] = []

        init(_ bytes: [UInt8]) { self.bytes = bytes }

        mutating func scan() -> [UInt8] {
            while position < bytes.count {
                if starts(with: "//") {
                    skipLine()
                } else if starts(with: "/*") {
                    skipComment()
                } else if let hashes = openingQuote {
                    skipString(hashes)
                } else {
                    code.append(bytes[position])
                    position += 1
                }
            }
            return code
        }

        /// How many `#` stand before the quotation mark here; nil when no string begins.
        private var openingQuote: Int? {
            var quote = position
            while quote < bytes.count, bytes[quote] == UInt8(ascii: "#") { quote += 1 }
            return quote < bytes.count && bytes[quote] == UInt8(ascii: "\"") ? quote - position : nil
        }

        private func starts(with text: String) -> Bool {
            var index = position
            for byte in text.utf8 {
                guard index < bytes.count, bytes[index] == byte else { return false }
                index += 1
            }
            return true
        }

        private mutating func skipLine() {
            while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
        }

        private mutating func skipComment() {
            var depth = 0
            repeat {
                if starts(with: "/*") {
                    depth += 1
                    position += 2
                } else if starts(with: "*/") {
                    depth -= 1
                    position += 2
                } else {
                    skipOne()
                }
            } while depth > 0 && position < bytes.count
        }

        private mutating func skipString(_ hashes: Int) {
            let pounds = String(repeating: "#", count: hashes)
            position += hashes
            let quotes = starts(with: "\"\"\"") ? "\"\"\"" : "\""
            position += quotes.utf8.count
            code += Array("\"\"".utf8)
            while position < bytes.count, !starts(with: quotes + pounds) {
                if quotes.utf8.count == 1, bytes[position] == UInt8(ascii: "\n") { return }
                if hashes == 0, bytes[position] == UInt8(ascii: "\\") { skipOne() }
                if position < bytes.count { skipOne() }
            }
            position += quotes.utf8.count + hashes
        }

        /// Line ends stay, so that line numbers do.
        private mutating func skipOne() {
            if bytes[position] == UInt8(ascii: "\n") { code.append(bytes[position]) }
            position += 1
        }
    }
}
