extension PolicyParser {
    /// A primary expression with the `.name`, `.method(...)` and `["name"]` that follow it.
    mutating func member() throws(ParseError) -> Expression {
        var result = try primary()
        let start = Int(result.span.start)
        while true {
            if reader.take(.dot) {
                let word = try reader.expectWord("an attribute or a method")
                let isCall = reader.isAt(.parenthesisOpen)
                result = try node(
                    isCall ? try methodCall(word, on: result) : try access(word, of: result), from: start)
            } else if reader.take(.bracketOpen) {
                let name = try reader.expectString("an attribute name in quotes")
                try reader.expect(.bracketClose)
                result = try node(.attribute(result, name), from: start)
            } else {
                return result
            }
        }
    }

    private func access(_ word: Token, of object: Expression) throws(ParseError) -> Expression.Kind {
        let name = reader.text(word)
        guard !ReservedWords.all.contains(name) else {
            throw reader.error("`\(name)` is a reserved word: write `[\"\(name)\"]`", at: word.span)
        }
        return .attribute(object, Text(name))
    }

    private mutating func methodCall(_ word: Token, on object: Expression) throws(ParseError) -> Expression.Kind {
        let name = reader.text(word)
        guard let method = Function(rawValue: name) else {
            let near = Spelling.nearest(to: name, among: Function.methods.map(\.rawValue))
            throw reader.error(
                "there is no method `\(name)`" + (near.map { ": did you mean `\($0)`?" } ?? ""), at: word.span)
        }
        guard !method.isConstructor else {
            throw reader.error("`\(name)` is a function, not a method: write `\(name)(...)`", at: word.span)
        }
        let arguments = try arguments()
        if method.hasFixedArguments, arguments.count != method.argumentCount {
            throw reader.error(
                "`\(name)` takes \(method.argumentCount == 0 ? "no argument" : "one argument"), "
                    + "but \(arguments.count) are given", at: word.span)
        }
        return .call(method, [object] + arguments)
    }

    private mutating func arguments() throws(ParseError) -> [Expression] {
        try reader.expect(.parenthesisOpen)
        return try list(endingWith: .parenthesisClose)
    }

    /// Expressions with commas between them, and the closing symbol. A last comma is allowed.
    private mutating func list(endingWith close: Token.Symbol) throws(ParseError) -> [Expression] {
        var items: [Expression] = []
        while !reader.isAt(close) {
            items.append(try expression())
            guard reader.take(.comma) else { break }
        }
        guard reader.take(close) else { throw reader.unexpected(["`,`", "`\(close.rawValue)`"]) }
        return items
    }

    // MARK: - Primary

    private mutating func primary() throws(ParseError) -> Expression {
        let token = reader.current
        let start = Int(token.span.start)
        switch token.kind {
        case .integer: return try node(.literal(.long(try integer(negative: false))), from: start)
        case .string:
            let text = try StringLiteral.text(of: reader.advance(), in: source)
            return try node(.literal(.string(text)), from: start)
        case .symbol(.parenthesisOpen):
            reader.advance()
            let inside = try expression()
            try reader.expect(.parenthesisClose)
            // Keeps the parentheses in the text that explanations show.
            return Expression(inside.kind, Span(start, reader.lastEnd))
        case .symbol(.bracketOpen):
            reader.advance()
            return try node(.set(try list(endingWith: .bracketClose)), from: start)
        case .symbol(.braceOpen):
            reader.advance()
            return try node(.record(try fields()), from: start)
        case .slot:
            throw reader.error(
                "`\(reader.text(token))` is a slot: it can only stand in the scope of a template", at: token.span)
        case .identifier: return try named()
        default: throw reader.unexpected(["an expression"])
        }
    }

    private mutating func fields() throws(ParseError) -> [Expression.Field] {
        var fields: [Expression.Field] = []
        var names: Set<Text> = []
        while !reader.isAt(.braceClose) {
            let token = reader.current
            let isString = token.kind == .string
            guard isString || token.kind == .identifier else {
                throw reader.unexpected(["a name", "a name in quotes", "`}`"])
            }
            let name = isString ? try reader.expectString("a name") : try attributeName()
            guard names.insert(name).inserted else {
                throw reader.error("the name `\(name)` is given twice in this record", at: token.span)
            }
            try reader.expect(.colon)
            fields.append(.init(name: name, value: try expression()))
            guard reader.take(.comma) else { break }
        }
        guard reader.take(.braceClose) else { throw reader.unexpected(["`,`", "`}`"]) }
        return fields
    }

    /// What begins with a word: `true`, a variable, an entity, a constructor.
    private mutating func named() throws(ParseError) -> Expression {
        let first = reader.current
        let start = Int(first.span.start)
        if reader.following.kind == .symbol(.doubleColon) { return try entityLiteral() }
        let word = reader.text(first)
        if reader.following.kind == .symbol(.parenthesisOpen) { return try functionCall() }
        switch word {
        case "true", "false":
            reader.advance()
            return try node(.literal(.bool(word == "true")), from: start)
        case "if":
            throw reader.error("an `if` inside an expression needs parentheses around it", at: first.span)
        default:
            guard let variable = Variable(rawValue: word) else {
                throw reader.unexpected(["`principal`", "`action`", "`resource`", "`context`", "a value"])
            }
            reader.advance()
            return try node(.variable(variable), from: start)
        }
    }

    private mutating func entityLiteral() throws(ParseError) -> Expression {
        let start = Int(reader.current.span.start)
        var words = [reader.advance()]
        while reader.take(.doubleColon) {
            if reader.current.kind == .string {
                let type = try self.type(named: words)
                let id = try StringLiteral.text(of: reader.advance(), in: source)
                return try node(.literal(.entity(EntityUID(type: type, id: id))), from: start)
            }
            words.append(try reader.expectWord("a name or the id in quotes"))
        }
        if reader.isAt(.parenthesisOpen) {
            throw reader.error("functions have no namespace", at: words[0].span)
        }
        throw reader.unexpected(["`::` and the id in quotes"])
    }

    private mutating func functionCall() throws(ParseError) -> Expression {
        let word = reader.advance()
        let name = reader.text(word)
        guard let function = Function(rawValue: name) else {
            let known = Function.constructors.map { "`\($0.rawValue)`" }.joined(separator: ", ")
            throw reader.error("there is no function `\(name)`: there are \(known)", at: word.span)
        }
        guard function.isConstructor else {
            throw reader.error("`\(name)` is a method: write `value\(function.signature)`", at: word.span)
        }
        return try node(.call(function, try arguments()), from: Int(word.span.start))
    }
}
