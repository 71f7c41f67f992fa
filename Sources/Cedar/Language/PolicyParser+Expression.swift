extension PolicyParser {
    /// Any expression: `if a then b else c`, or operators.
    mutating func expression() throws(ParseError) -> Expression {
        try reader.descend()
        defer { reader.ascend() }
        guard reader.isAt(word: "if"), reader.following.kind != .symbol(.doubleColon) else { return try disjunction() }
        let start = Int(reader.advance().span.start)
        let test = try expression()
        try reader.expect(word: "then")
        let then = try expression()
        try reader.expect(word: "else")
        let otherwise = try expression()
        return try node(.conditional(test: test, then: then, otherwise: otherwise), from: start)
    }

    /// Makes a node that ends with the last token taken; refuses trees that grow too high.
    func node(_ kind: Expression.Kind, from start: Int) throws(ParseError) -> Expression {
        let expression = Expression(kind, Span(start, reader.lastEnd))
        guard expression.height <= Expression.greatestHeight else { throw reader.tooDeep(at: expression.span) }
        return expression
    }

    private mutating func disjunction() throws(ParseError) -> Expression {
        let first = try conjunction()
        guard reader.isAt(.or) else { return first }
        var parts = [first]
        while reader.take(.or) { parts.append(try conjunction()) }
        return try node(.or(parts), from: Int(first.span.start))
    }

    private mutating func conjunction() throws(ParseError) -> Expression {
        let first = try relation()
        guard reader.isAt(.and) else { return first }
        var parts = [first]
        while reader.take(.and) { parts.append(try relation()) }
        return try node(.and(parts), from: Int(first.span.start))
    }

    // MARK: - Relations

    private mutating func relation() throws(ParseError) -> Expression {
        let left = try sum()
        let start = Int(left.span.start)
        guard let kind = try relation(of: left) else { return left }
        let relation = try node(kind, from: start)
        if startsRelation(reader.current) {
            throw reader.error(
                "comparisons cannot be chained: put one of them in parentheses", at: reader.current.span)
        }
        return relation
    }

    private func startsRelation(_ token: Token) -> Bool {
        switch token.kind {
        case .symbol(.equal), .symbol(.notEqual), .symbol(.less), .symbol(.lessOrEqual), .symbol(.greater),
            .symbol(.greaterOrEqual), .symbol(.assign):
            true
        case .identifier: ["in", "has", "like", "is"].contains(reader.text(token))
        default: false
        }
    }

    /// What follows the left side of a comparison; nil when there is no comparison.
    private mutating func relation(of left: Expression) throws(ParseError) -> Expression.Kind? {
        switch reader.current.kind {
        case .symbol(.equal):
            reader.advance()
            return .equality(left, try sum(), negated: false)
        case .symbol(.notEqual):
            reader.advance()
            return .equality(left, try sum(), negated: true)
        case .symbol(.assign):
            throw reader.error("`=` is not an operator: write `==`", at: reader.current.span)
        case .symbol(let symbol):
            guard let comparison = Comparison(rawValue: symbol.rawValue) else { return nil }
            reader.advance()
            return .comparison(comparison, left, try sum())
        case .identifier: return try wordRelation(of: left)
        default: return nil
        }
    }

    private mutating func wordRelation(of left: Expression) throws(ParseError) -> Expression.Kind? {
        if reader.take(word: "in") { return .isIn(left, try sum()) }
        if reader.take(word: "has") { return .has(left, try attributePath()) }
        if reader.take(word: "like") {
            guard reader.current.kind == .string else { throw reader.unexpected(["a pattern in quotes"]) }
            return .like(left, try StringLiteral.pattern(of: reader.advance(), in: source))
        }
        if reader.take(word: "is") {
            let type = try entityType()
            return .isType(left, type, in: reader.take(word: "in") ? try sum() : nil)
        }
        return nil
    }

    /// The right side of `has`: one name in quotes, or names with dots between them.
    private mutating func attributePath() throws(ParseError) -> [Text] {
        if reader.current.kind == .string {
            let name = try reader.expectString("an attribute name")
            guard !reader.isAt(.dot) else {
                throw reader.error("a path after `has` is written with plain names: `has a.b`", at: reader.current.span)
            }
            return [name]
        }
        var names = [try attributeName()]
        while reader.take(.dot) { names.append(try attributeName()) }
        guard names.count < TokenReader.deepestNesting else { throw reader.tooDeep(at: reader.current.span) }
        return names
    }

    mutating func attributeName() throws(ParseError) -> Text {
        let word = try reader.expectWord("an attribute name")
        guard !ReservedWords.all.contains(reader.text(word)) else {
            throw reader.error(
                "`\(reader.text(word))` is a reserved word: write the attribute in quotes", at: word.span)
        }
        return Text(reader.text(word))
    }

    // MARK: - Arithmetic

    private mutating func sum() throws(ParseError) -> Expression {
        let first = try product()
        var steps: [Expression.ArithmeticStep] = []
        while case .symbol(let symbol) = reader.current.kind, symbol == .plus || symbol == .minus {
            reader.advance()
            steps.append(.init(operation: symbol == .plus ? .add : .subtract, operand: try product()))
        }
        return steps.isEmpty ? first : try node(.arithmetic(first, steps), from: Int(first.span.start))
    }

    private mutating func product() throws(ParseError) -> Expression {
        let first = try unary()
        var steps: [Expression.ArithmeticStep] = []
        while reader.take(.star) { steps.append(.init(operation: .multiply, operand: try unary())) }
        if reader.isAt(.slash) || reader.isAt(.percent) {
            throw reader.error("Cedar has no division and no remainder", at: reader.current.span)
        }
        return steps.isEmpty ? first : try node(.arithmetic(first, steps), from: Int(first.span.start))
    }

    private mutating func unary() throws(ParseError) -> Expression {
        let start = reader.current.span
        guard let sign: Token.Symbol = reader.isAt(.not) ? .not : reader.isAt(.minus) ? .minus : nil else {
            return try member()
        }
        var count = 0
        while reader.take(sign) { count += 1 }
        guard count <= 4 else { throw reader.error("at most four `\(sign.rawValue)` in a row", at: start) }
        if reader.isAt(.not) || reader.isAt(.minus) {
            throw reader.error("`!` and `-` cannot be mixed", at: reader.current.span)
        }
        var result: Expression
        // The least number can only be read together with its sign.
        if sign == .minus, reader.current.kind == .integer, !continuesMember(reader.following) {
            result = try node(.literal(.long(try integer(negative: true))), from: Int(start.end) + count - 2)
            count -= 1
        } else {
            result = try member()
        }
        for _ in 0..<count { result = try node(sign == .not ? .not(result) : .negate(result), from: Int(start.start)) }
        return result
    }

    private func continuesMember(_ token: Token) -> Bool {
        [.symbol(.dot), .symbol(.bracketOpen), .symbol(.parenthesisOpen)].contains(token.kind)
    }

    mutating func integer(negative: Bool) throws(ParseError) -> Int64 {
        let token = reader.advance()
        guard let value = Digits.number(reader.text(token).utf8, negative: negative) else {
            throw reader.error(
                "`\(reader.text(token))` is too large: whole numbers go from \(Int64.min) to \(Int64.max)",
                at: token.span)
        }
        return value
    }
}
