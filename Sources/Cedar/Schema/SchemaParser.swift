/// Reads the human-readable schema syntax.
///
/// Grammar: the Cedar language reference, "Grammar specification for Cedar schema syntax".
struct SchemaParser {
    private var reader: TokenReader

    /// All namespaces of a text; the first is the one without a name.
    static func namespaces(in source: SourceText) throws(ParseErrors) -> [NamespaceSyntax] {
        do throws(ParseError) {
            var parser = SchemaParser(reader: try TokenReader(source))
            return try parser.namespaces()
        } catch {
            throw ParseErrors(errors: [error])
        }
    }

    private mutating func namespaces() throws(ParseError) -> [NamespaceSyntax] {
        var nameless = NamespaceSyntax(name: "", source: reader.source, span: Span(0, 0))
        var named: [NamespaceSyntax] = []
        var seen: Set<Text> = []
        while !reader.isAtEnd {
            try skipAnnotations()
            if reader.take(word: "namespace") {
                named.append(try namespaceBody(seen: &seen))
            } else {
                try declaration(into: &nameless, or: ["`namespace`"])
            }
        }
        return [nameless] + named
    }

    private mutating func namespaceBody(seen: inout Set<Text>) throws(ParseError) -> NamespaceSyntax {
        let name = try path("a namespace")
        guard seen.insert(name.text).inserted else {
            throw reader.error("the namespace `\(name.text)` is declared twice in this text", at: name.span)
        }
        var namespace = NamespaceSyntax(name: name.text.string, source: reader.source, span: name.span)
        try reader.expect(.braceOpen)
        while !reader.take(.braceClose) {
            try skipAnnotations()
            try declaration(into: &namespace, or: ["`}`"])
        }
        return namespace
    }

    private mutating func declaration(
        into namespace: inout NamespaceSyntax, or others: [String]
    ) throws(ParseError) {
        if reader.take(word: "entity") {
            namespace.entities.append(try entity())
        } else if reader.take(word: "action") {
            namespace.actions.append(try action())
        } else if reader.take(word: "type") {
            namespace.aliases.append(try alias())
        } else {
            throw reader.unexpected(["`entity`", "`action`", "`type`"] + others)
        }
        try reader.expect(.semicolon, after: "to end the declaration")
    }

    private mutating func skipAnnotations() throws(ParseError) {
        var seen: Set<String> = []
        while reader.take(.at) {
            let name = try reader.expectWord("an annotation name")
            guard seen.insert(reader.text(name)).inserted else {
                throw reader.error("the annotation `@\(reader.text(name))` is given twice", at: name.span)
            }
            guard reader.take(.parenthesisOpen) else { continue }
            _ = try reader.expectString("a string")
            try reader.expect(.parenthesisClose)
        }
    }

    // MARK: - Declarations

    private mutating func entity() throws(ParseError) -> EntitySyntax {
        let names = try list { parser throws(ParseError) in try parser.identifier("an entity type") }
        if reader.take(word: "enum") {
            try reader.expect(.bracketOpen)
            let ids = try list { parser throws(ParseError) in try parser.reader.expectString("an id in quotes") }
            try reader.expect(.bracketClose)
            return EntitySyntax(names: names, parents: [], attributes: [], tags: nil, ids: ids)
        }
        let parents = reader.take(word: "in") ? try types() : []
        var attributes: [AttributeSyntax] = []
        if reader.take(.assign) || reader.isAt(.braceOpen) {
            try reader.expect(.braceOpen)
            attributes = try self.attributes()
        }
        let tags = reader.take(word: "tags") ? try type() : nil
        return EntitySyntax(names: names, parents: parents, attributes: attributes, tags: tags, ids: nil)
    }

    private mutating func action() throws(ParseError) -> ActionSyntax {
        let names = try list { parser throws(ParseError) in try parser.name("an action") }
        var parents: [ActionSyntax.Parent] = []
        if reader.take(word: "in") {
            if reader.take(.bracketOpen) {
                parents = try list { parser throws(ParseError) in try parser.actionParent() }
                try reader.expect(.bracketClose)
            } else {
                parents = [try actionParent()]
            }
        }
        let appliesTo = reader.take(word: "appliesTo") ? try self.appliesTo() : nil
        if reader.take(word: "attributes") {
            try reader.expect(.braceOpen)
            try reader.expect(.braceClose)
        }
        return ActionSyntax(names: names, parents: parents, appliesTo: appliesTo)
    }

    private mutating func actionParent() throws(ParseError) -> ActionSyntax.Parent {
        guard reader.following.kind == .symbol(.doubleColon) else {
            return ActionSyntax.Parent(type: nil, id: try name("an action"))
        }
        let first = reader.advance()
        var words = [first]
        while reader.take(.doubleColon) {
            let token = reader.current
            if token.kind == .string {
                let type = try joined(words)
                let id = NameSyntax(text: try reader.expectString("an id in quotes"), span: token.span)
                return ActionSyntax.Parent(type: type, id: id)
            }
            words.append(try reader.expectWord("a name or an id in quotes"))
        }
        throw reader.unexpected(["`::` and an id in quotes"])
    }

    private mutating func appliesTo() throws(ParseError) -> ActionSyntax.AppliesTo {
        let start = try reader.expect(.braceOpen).span
        var result = ActionSyntax.AppliesTo()
        while !reader.isAt(.braceClose) {
            let word = try reader.expectWord("`principal`, `resource` or `context`")
            try reader.expect(.colon)
            switch reader.text(word) {
            case "principal" where result.principals == nil: result.principals = try types()
            case "resource" where result.resources == nil: result.resources = try types()
            case "context" where result.context == nil: result.context = try type()
            case "principal", "resource", "context":
                throw reader.error("`\(reader.text(word))` is given twice", at: word.span)
            default:
                throw reader.error("expected `principal`, `resource` or `context`", at: word.span)
            }
            guard reader.take(.comma) else { break }
        }
        guard reader.take(.braceClose) else { throw reader.unexpected(["`,`", "`}`"]) }
        guard result.principals?.isEmpty == false, result.resources?.isEmpty == false else {
            throw reader.error("`appliesTo` has to name at least one principal and one resource type", at: start)
        }
        return result
    }

    private mutating func alias() throws(ParseError) -> AliasSyntax {
        let name = try identifier("a type name")
        guard !["Bool", "Long", "String", "Set", "Record", "Entity", "Extension"].contains(name.text.string) else {
            throw reader.error("`\(name.text)` is a type of the language and cannot be declared", at: name.span)
        }
        try reader.expect(.assign)
        return AliasSyntax(name: name, type: try type())
    }

    // MARK: - Types

    private mutating func type() throws(ParseError) -> TypeSyntax {
        try reader.descend()
        defer { reader.ascend() }
        if reader.take(.braceOpen) { return .record(try attributes()) }
        if reader.isAt(word: "Set"), reader.following.kind == .symbol(.less) {
            reader.advance()
            reader.advance()
            let element = try type()
            try reader.expect(.greater)
            return .set(element)
        }
        return .named(try path("a type"))
    }

    /// The fields of a record and the closing brace.
    private mutating func attributes() throws(ParseError) -> [AttributeSyntax] {
        var attributes: [AttributeSyntax] = []
        var seen: Set<Text> = []
        while !reader.isAt(.braceClose) {
            try skipAnnotations()
            let name = try name("an attribute name")
            guard seen.insert(name.text).inserted else {
                throw reader.error("the attribute `\(name.text)` is declared twice", at: name.span)
            }
            let isRequired = !reader.take(.question)
            try reader.expect(.colon)
            attributes.append(AttributeSyntax(name: name, isRequired: isRequired, type: try type()))
            guard reader.take(.comma) else { break }
        }
        guard reader.take(.braceClose) else { throw reader.unexpected(["`,`", "`}`"]) }
        return attributes
    }

    /// One type, or a list of them in brackets.
    private mutating func types() throws(ParseError) -> [NameSyntax] {
        guard reader.take(.bracketOpen) else { return [try path("an entity type")] }
        if reader.take(.bracketClose) { return [] }
        let types = try list { parser throws(ParseError) in try parser.path("an entity type") }
        guard reader.take(.bracketClose) else { throw reader.unexpected(["`,`", "`]`"]) }
        return types
    }

    // MARK: - Names

    private mutating func list<Item>(
        _ item: (inout SchemaParser) throws(ParseError) -> Item
    ) throws(ParseError) -> [Item] {
        var items = [try item(&self)]
        while reader.take(.comma) { items.append(try item(&self)) }
        return items
    }

    /// A word or a text in quotes.
    private mutating func name(_ what: String) throws(ParseError) -> NameSyntax {
        let token = reader.current
        guard token.kind == .string else { return try identifier(what) }
        return NameSyntax(text: try reader.expectString(what), span: token.span)
    }

    private mutating func identifier(_ what: String) throws(ParseError) -> NameSyntax {
        try joined([try reader.expectWord(what)])
    }

    private mutating func path(_ what: String) throws(ParseError) -> NameSyntax {
        var words = [try reader.expectWord(what)]
        while reader.take(.doubleColon) { words.append(try reader.expectWord("a name")) }
        return try joined(words, canBeBuiltIn: true)
    }

    private func joined(_ words: [Token], canBeBuiltIn: Bool = false) throws(ParseError) -> NameSyntax {
        for (index, word) in words.enumerated() where ReservedWords.all.contains(reader.text(word)) {
            if canBeBuiltIn, index == 0, words.count == 2, reader.text(word) == "__cedar" { continue }
            throw reader.error("`\(reader.text(word))` is a reserved word", at: word.span)
        }
        let text = words.map(reader.text).joined(separator: "::")
        return NameSyntax(
            text: Text(text), span: Span(Int(words[0].span.start), Int(words[words.count - 1].span.end)))
    }
}
