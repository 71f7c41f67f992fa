/// Cuts a text into tokens; white space and `//` comments fall away.
struct Lexer {
    private let source: SourceText
    private let bytes: [UInt8]
    private var offset = 0

    private init(_ source: SourceText) {
        self.source = source
        self.bytes = source.bytes
    }

    /// All tokens of the text, the last of kind `end`.
    static func tokens(of source: SourceText) throws(ParseError) -> [Token] {
        var lexer = Lexer(source)
        var tokens: [Token] = []
        tokens.reserveCapacity(source.bytes.count / 4)
        while true {
            lexer.skipBlank()
            let token = try lexer.next()
            tokens.append(token)
            if token.kind == .end { return tokens }
        }
    }

    private mutating func skipBlank() {
        while offset < bytes.count {
            switch bytes[offset] {
            case 0x09...0x0D, 0x20:
                offset += 1
            case UInt8(ascii: "/") where byte(1) == UInt8(ascii: "/"):
                while offset < bytes.count, bytes[offset] != 0x0A, bytes[offset] != 0x0D { offset += 1 }
            case 0x80...:
                let scalar = scalarHere()
                guard scalar.properties.isWhitespace else { return }
                offset += String(scalar).utf8.count
            default:
                return
            }
        }
    }

    private mutating func next() throws(ParseError) -> Token {
        guard offset < bytes.count else { return Token(kind: .end, span: Span(offset, offset)) }
        let start = offset
        switch bytes[offset] {
        case let first where Self.startsIdentifier(first):
            skipIdentifier()
            return Token(kind: .identifier, span: Span(start, offset))
        case UInt8(ascii: "0")...UInt8(ascii: "9"):
            while let digit = byte(0), Self.isDigit(digit) { offset += 1 }
            return Token(kind: .integer, span: Span(start, offset))
        case UInt8(ascii: "\""):
            try skipString()
            return Token(kind: .string, span: Span(start, offset))
        case UInt8(ascii: "?") where byte(1).map(Self.startsIdentifier) == true:
            offset += 1
            skipIdentifier()
            return Token(kind: .slot, span: Span(start, offset))
        default:
            return try symbol()
        }
    }

    private mutating func skipIdentifier() {
        while let next = byte(0), Self.startsIdentifier(next) || Self.isDigit(next) { offset += 1 }
    }

    private mutating func skipString() throws(ParseError) {
        let start = offset
        offset += 1
        while let next = byte(0) {
            if next == UInt8(ascii: "\"") {
                offset += 1
                return
            }
            // A backslash takes the next character with it, except a line end.
            let escaped = next == UInt8(ascii: "\\")
            if escaped, byte(1) == 0x0A {
                throw ParseError(
                    source, at: Span(offset, offset + 1), message: "a `\\` cannot stand at the end of a line")
            }
            offset += escaped ? 2 : 1
        }
        throw ParseError(
            source, at: Span(start, start + 1), message: "this string never ends: expected a closing `\"`",
            expected: ["`\"`"], found: "end of text")
    }

    private mutating func symbol() throws(ParseError) -> Token {
        let start = offset
        for length in [2, 1] where start + length <= bytes.count {
            let text = String(decoding: bytes[start..<start + length], as: UTF8.self)
            guard let symbol = Token.Symbol(rawValue: text) else { continue }
            offset += length
            return Token(kind: .symbol(symbol), span: Span(start, offset))
        }
        let found = String(scalarHere())
        throw ParseError(
            source, at: Span(start, start + found.utf8.count),
            message: "unexpected character `\(found)`\(Self.hint(for: bytes[start]))", found: found)
    }

    private static func hint(for byte: UInt8) -> String {
        switch byte {
        case UInt8(ascii: "&"): ": write `&&`"
        case UInt8(ascii: "|"): ": write `||`"
        case UInt8(ascii: "'"): ": strings are written with `\"`"
        case UInt8(ascii: "#"): ": comments begin with `//`"
        default: ""
        }
    }

    private func byte(_ ahead: Int) -> UInt8? {
        offset + ahead < bytes.count ? bytes[offset + ahead] : nil
    }

    private func scalarHere() -> Unicode.Scalar {
        var iterator = bytes[offset...].makeIterator()
        var decoder = UTF8()
        if case .scalarValue(let scalar) = decoder.decode(&iterator) { return scalar }
        return "\u{FFFD}"
    }

    private static func startsIdentifier(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): true
        default: false
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
