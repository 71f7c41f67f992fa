/// A walk over tokens with the questions and the error messages that both parsers share.
struct TokenReader {
    /// How deep expressions and types may be nested. Deeper text is refused, so that no later walk over the tree can
    /// exhaust a thread's stack.
    static let deepestNesting = 64

    let source: SourceText
    private let tokens: [Token]
    private var index = 0
    private var depth = 0

    init(_ source: SourceText) throws(ParseError) {
        self.source = source
        self.tokens = try Lexer.tokens(of: source)
    }

    var current: Token { tokens[index] }
    var following: Token { tokens[min(index + 1, tokens.count - 1)] }
    var isAtEnd: Bool { current.kind == .end }
    /// The byte after the last token that was taken.
    var lastEnd: Int { index == 0 ? 0 : Int(tokens[index - 1].span.end) }

    func text(_ token: Token) -> String { source.text(token.span) }

    /// Whether the current token is this very word.
    func isAt(word: String) -> Bool { current.kind == .identifier && text(current) == word }
    func isAt(_ symbol: Token.Symbol) -> Bool { current.kind == .symbol(symbol) }

    @discardableResult
    mutating func advance() -> Token {
        let token = current
        if index < tokens.count - 1 { index += 1 }
        return token
    }

    mutating func take(_ symbol: Token.Symbol) -> Bool {
        guard isAt(symbol) else { return false }
        advance()
        return true
    }

    mutating func take(word: String) -> Bool {
        guard isAt(word: word) else { return false }
        advance()
        return true
    }

    @discardableResult
    mutating func expect(_ symbol: Token.Symbol, after context: String = "") throws(ParseError) -> Token {
        guard isAt(symbol) else { throw unexpected(["`\(symbol.rawValue)`"], context: context) }
        return advance()
    }

    mutating func expect(word: String) throws(ParseError) {
        guard take(word: word) else { throw unexpected(["`\(word)`"]) }
    }

    /// Any word, reserved or not.
    mutating func expectWord(_ what: String) throws(ParseError) -> Token {
        guard current.kind == .identifier else { throw unexpected([what]) }
        return advance()
    }

    mutating func expectString(_ what: String) throws(ParseError) -> Text {
        guard current.kind == .string else { throw unexpected([what]) }
        return try StringLiteral.text(of: advance(), in: source)
    }

    /// Runs a step one level deeper.
    mutating func nested<Result>(
        _ step: (inout TokenReader) throws(ParseError) -> Result
    ) throws(ParseError) -> Result {
        try descend()
        defer { depth -= 1 }
        return try step(&self)
    }

    mutating func descend() throws(ParseError) {
        depth += 1
        if depth > Self.deepestNesting { throw tooDeep(at: current.span) }
    }

    mutating func ascend() { depth -= 1 }

    /// After an error: goes past the next `;`, where the next policy or declaration may begin.
    mutating func recover() {
        depth = 0
        while !isAtEnd, !isAt(.semicolon) { advance() }
        if !isAtEnd { advance() }
    }

    // MARK: - Errors

    func tooDeep(at span: Span) -> ParseError {
        error("this is nested more than \(Self.deepestNesting) levels deep: split it into several conditions", at: span)
    }

    func error(_ message: String, at span: Span) -> ParseError {
        ParseError(source, at: span, message: message)
    }

    /// "expected X but found Y" at the current token.
    func unexpected(_ expected: [String], context: String = "") -> ParseError {
        let found = current.kind == .end ? "end of text" : "`\(text(current))`"
        let after = context.isEmpty ? "" : " \(context)"
        return ParseError(
            source, at: current.span, message: "expected \(Self.list(expected))\(after) but found \(found)",
            expected: expected, found: current.kind == .end ? "end of text" : text(current))
    }

    private static func list(_ items: [String]) -> String {
        guard items.count > 1, let last = items.last else { return items.first ?? "something else" }
        return items.dropLast().joined(separator: ", ") + " or " + last
    }
}
