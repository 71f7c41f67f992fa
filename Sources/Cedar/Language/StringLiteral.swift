/// Reads what stands between the quotes of a string literal: `\n \r \t \\ \0 \' \" \x41 \u{e9}`, and in a `like`
/// pattern also `\*`.
enum StringLiteral {
    /// One character of a literal; a pattern tells a wildcard from an escaped star.
    enum Piece: Equatable {
        case scalar(Unicode.Scalar)
        case wildcard
    }

    /// The text a literal stands for.
    static func text(of token: Token, in source: SourceText) throws(ParseError) -> Text {
        var scalars = String.UnicodeScalarView()
        for piece in try pieces(of: token, in: source, pattern: false) {
            if case .scalar(let scalar) = piece { scalars.append(scalar) }
        }
        return Text(String(scalars))
    }

    /// The pattern a literal on the right of `like` stands for.
    static func pattern(of token: Token, in source: SourceText) throws(ParseError) -> Pattern {
        Pattern(try pieces(of: token, in: source, pattern: true))
    }

    private static func pieces(
        of token: Token, in source: SourceText, pattern: Bool
    ) throws(ParseError) -> [Piece] {
        let inside = Span(Int(token.span.start) + 1, Int(token.span.end) - 1)
        let scalars = Array(source.text(inside).unicodeScalars)
        var reader = EscapeReader(scalars: scalars, pattern: pattern)
        var pieces: [Piece] = []
        pieces.reserveCapacity(scalars.count)
        while reader.index < scalars.count {
            guard let piece = reader.next() else {
                let start = Int(inside.start) + scalars[..<reader.start].reduce(0) { $0 + String($1).utf8.count }
                let bad = String(String.UnicodeScalarView(scalars[reader.start..<min(reader.index, scalars.count)]))
                throw ParseError(
                    source, at: Span(start, start + bad.utf8.count),
                    message: "`\(bad)` is not an escape: use \\n \\r \\t \\0 \\\\ \\\" \\' \\x00 to \\x7f or \\u{...}"
                        + (bad == "\\*" ? "; `\\*` is for `like` patterns" : ""),
                    found: bad)
            }
            pieces.append(piece)
        }
        return pieces
    }
}

/// Walks over the scalars of a literal; `start` is where the current piece began.
private struct EscapeReader {
    let scalars: [Unicode.Scalar]
    let pattern: Bool
    var index = 0
    var start = 0

    init(scalars: [Unicode.Scalar], pattern: Bool) {
        self.scalars = scalars
        self.pattern = pattern
    }

    /// The next piece, or nil where an escape is wrong.
    mutating func next() -> StringLiteral.Piece? {
        start = index
        let scalar = scalars[index]
        index += 1
        guard scalar == "\\" else { return pattern && scalar == "*" ? .wildcard : .scalar(scalar) }
        guard index < scalars.count else { return nil }
        let escape = scalars[index]
        index += 1
        switch escape {
        case "n": return .scalar("\n")
        case "r": return .scalar("\r")
        case "t": return .scalar("\t")
        case "0": return .scalar("\0")
        case "\\", "\"", "'": return .scalar(escape)
        case "*" where pattern: return .scalar("*")
        case "x": return hexadecimal(digits: 2, largest: 0x7F)
        case "u": return braced()
        default: return nil
        }
    }

    private mutating func hexadecimal(digits: Int, largest: UInt32) -> StringLiteral.Piece? {
        let end = min(index + digits, scalars.count)
        let text = String(String.UnicodeScalarView(scalars[index..<end]))
        index = end
        guard text.utf8.count == digits, !text.hasPrefix("+"), !text.hasPrefix("-"),
            let value = UInt32(text, radix: 16), value <= largest, let scalar = Unicode.Scalar(value)
        else { return nil }
        return .scalar(scalar)
    }

    /// `{` one to six hexadecimal digits, underscores allowed after the first, `}`.
    private mutating func braced() -> StringLiteral.Piece? {
        guard index < scalars.count, scalars[index] == "{",
            let close = scalars[index...].firstIndex(of: "}")
        else { return nil }
        let inside = scalars[(index + 1)..<close]
        index = close + 1
        let digits = inside.filter { $0 != "_" }
        guard inside.first != "_", (1...6).contains(digits.count), digits.allSatisfy(\.properties.isASCIIHexDigit),
            let value = UInt32(String(String.UnicodeScalarView(digits)), radix: 16),
            let scalar = Unicode.Scalar(value)
        else { return nil }
        return .scalar(scalar)
    }
}
