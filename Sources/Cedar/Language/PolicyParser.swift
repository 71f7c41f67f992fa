/// Reads the human-readable policy syntax.
///
/// Grammar: the Cedar language reference, "Grammar specification for Cedar policy syntax".
struct PolicyParser {
    var reader: TokenReader

    var source: SourceText { reader.source }

    private init(_ source: SourceText) throws(ParseError) {
        reader = try TokenReader(source)
    }

    /// All policies and templates of a text. Goes on after an error at the next `;`, so that one reading tells all.
    static func policies(in source: SourceText, numberedFrom first: Int) throws(ParseErrors) -> [Policy] {
        var errors: [ParseError] = []
        do throws(ParseError) {
            var parser = try PolicyParser(source)
            var policies: [Policy] = []
            while !parser.reader.isAtEnd {
                do throws(ParseError) {
                    policies.append(try parser.policy(number: first + policies.count + errors.count))
                } catch {
                    errors.append(error)
                    if errors.count == ParseErrors.most { break }
                    parser.reader.recover()
                }
            }
            if errors.isEmpty { return policies }
        } catch {
            errors.append(error)
        }
        throw ParseErrors(errors: errors)
    }

    /// A single expression, for tests and for values written as text.
    static func expression(in source: SourceText) throws(ParseErrors) -> Expression {
        do throws(ParseError) {
            var parser = try PolicyParser(source)
            let expression = try parser.expression()
            guard parser.reader.isAtEnd else { throw parser.reader.unexpected(["end of text"]) }
            return expression
        } catch {
            throw ParseErrors(errors: [error])
        }
    }

    // MARK: - Policy

    private mutating func policy(number: Int) throws(ParseError) -> Policy {
        let start = Int(reader.current.span.start)
        let annotations = try annotations()
        let effect = try effect()
        let scope = try scope()
        var conditions: [Condition] = []
        while !reader.isAt(.semicolon) { conditions.append(try condition()) }
        reader.advance()
        return Policy(
            id: annotations["id"] ?? "policy\(number)", effect: effect, annotations: annotations, source: source,
            span: Span(start, reader.lastEnd), scope: scope, conditions: conditions, templateID: nil)
    }

    private mutating func annotations() throws(ParseError) -> [String: String] {
        var annotations: [String: String] = [:]
        while reader.take(.at) {
            let name = try reader.expectWord("an annotation name")
            var value = ""
            if reader.take(.parenthesisOpen) {
                value = try reader.expectString("a string").string
                try reader.expect(.parenthesisClose)
            }
            guard annotations.updateValue(value, forKey: reader.text(name)) == nil else {
                throw reader.error("the annotation `@\(reader.text(name))` is given twice", at: name.span)
            }
        }
        return annotations
    }

    private mutating func effect() throws(ParseError) -> Effect {
        guard reader.current.kind == .identifier, let effect = Effect(rawValue: reader.text(reader.current)) else {
            throw reader.unexpected(["`permit`", "`forbid`"])
        }
        reader.advance()
        return effect
    }

    private mutating func condition() throws(ParseError) -> Condition {
        guard reader.current.kind == .identifier, let kind = Condition.Kind(rawValue: reader.text(reader.current))
        else { throw reader.unexpected(["`when`", "`unless`", "`;`"]) }
        reader.advance()
        try reader.expect(.braceOpen, after: "after `\(kind.rawValue)`")
        if reader.isAt(.braceClose) {
            throw reader.error(
                "`\(kind.rawValue) {}` is empty: write a condition or leave it out",
                at: reader.current.span)
        }
        let body = try expression()
        try reader.expect(.braceClose)
        return Condition(kind: kind, body: body)
    }
}
