extension PolicyParser {
    /// `(principal ..., action ..., resource ...)`
    mutating func scope() throws(ParseError) -> Scope {
        try reader.expect(.parenthesisOpen)
        let (principal, principalSpan) = try part(of: .principal, filledBy: .principal)
        try reader.expect(.comma, after: "after the principal")
        let (action, actionSpan) = try actionPart()
        try reader.expect(.comma, after: "after the action")
        let (resource, resourceSpan) = try part(of: .resource, filledBy: .resource)
        if reader.take(.comma), !reader.isAt(.parenthesisClose) {
            throw reader.error("a scope has three parts: principal, action and resource", at: reader.current.span)
        }
        try reader.expect(.parenthesisClose, after: "to end the scope")
        return Scope(
            principal: principal, action: action, resource: resource, principalSpan: principalSpan,
            actionSpan: actionSpan, resourceSpan: resourceSpan)
    }

    private mutating func part(
        of variable: Variable, filledBy slot: Slot
    ) throws(ParseError) -> (ScopeConstraint, Span) {
        let start = Int(reader.current.span.start)
        try reader.expect(word: variable.rawValue)
        let constraint = try constraint(filledBy: slot)
        return (constraint, Span(start, reader.lastEnd))
    }

    private mutating func constraint(filledBy slot: Slot) throws(ParseError) -> ScopeConstraint {
        if reader.take(.equal) { return .equals(try reference(filledBy: slot)) }
        if reader.take(word: "in") { return .isIn(try reference(filledBy: slot)) }
        if reader.take(word: "is") {
            let type = try entityType()
            guard reader.take(word: "in") else { return .isType(type) }
            return .isTypeIn(type, try reference(filledBy: slot))
        }
        try refuseOtherOperators()
        return .any
    }

    private mutating func actionPart() throws(ParseError) -> (ActionConstraint, Span) {
        let start = Int(reader.current.span.start)
        try reader.expect(word: Variable.action.rawValue)
        let constraint = try actionConstraint()
        return (constraint, Span(start, reader.lastEnd))
    }

    private mutating func actionConstraint() throws(ParseError) -> ActionConstraint {
        if reader.take(.equal) { return .equals(try actionUID()) }
        if reader.take(word: "in") { return .isIn(try actionList()) }
        if reader.isAt(word: "is") {
            throw reader.error(
                "`is` cannot be used for the action: name the actions with `==` or `in`",
                at: reader.current.span)
        }
        try refuseOtherOperators()
        return .any
    }

    private func refuseOtherOperators() throws(ParseError) {
        switch reader.current.kind {
        case .symbol(.comma), .symbol(.parenthesisClose): return
        case .symbol(.assign):
            throw reader.error("`=` is not an operator: write `==`", at: reader.current.span)
        case .symbol(.notEqual), .symbol(.less), .symbol(.lessOrEqual), .symbol(.greater), .symbol(.greaterOrEqual):
            throw reader.error(
                "a scope knows only `==`, `in` and `is`: write other comparisons in a `when`", at: reader.current.span)
        case .symbol(.colon):
            throw reader.error("a type is asked for with `is`, not with `:`", at: reader.current.span)
        default: throw reader.unexpected(["`==`", "`in`", "`is`", "`,`", "`)`"])
        }
    }

    /// An entity or the slot of this place; parentheses around it are allowed.
    private mutating func reference(filledBy slot: Slot) throws(ParseError) -> EntityReference {
        if reader.isAt(.parenthesisOpen) {
            try reader.descend()
            defer { reader.ascend() }
            reader.advance()
            let inside = try reference(filledBy: slot)
            try reader.expect(.parenthesisClose)
            return inside
        }
        if reader.isAt(.bracketOpen) {
            throw reader.error("a list is only possible for the action: name one entity here", at: reader.current.span)
        }
        if reader.current.kind == .slot {
            guard reader.text(reader.current) == slot.rawValue else {
                throw reader.unexpected(["an entity", "`\(slot.rawValue)`"])
            }
            reader.advance()
            return .slot(slot)
        }
        return .uid(try entityUID(or: ["`\(slot.rawValue)`"]))
    }

    private mutating func actionList() throws(ParseError) -> [EntityUID] {
        if reader.isAt(.parenthesisOpen) {
            try reader.descend()
            defer { reader.ascend() }
            reader.advance()
            let inside = try actionList()
            try reader.expect(.parenthesisClose)
            return inside
        }
        guard reader.take(.bracketOpen) else { return [try actionUID()] }
        var actions: [EntityUID] = []
        while !reader.isAt(.bracketClose) {
            actions.append(try actionUID())
            guard reader.take(.comma) else { break }
        }
        guard reader.take(.bracketClose) else { throw reader.unexpected(["`,`", "`]`"]) }
        return actions
    }

    private mutating func actionUID() throws(ParseError) -> EntityUID {
        if reader.isAt(.parenthesisOpen) {
            try reader.descend()
            defer { reader.ascend() }
            reader.advance()
            let inside = try actionUID()
            try reader.expect(.parenthesisClose)
            return inside
        }
        let start = reader.current.span
        let uid = try entityUID(or: [])
        guard uid.type.isAction else {
            throw reader.error(
                "expected an entity of type `Action` but found `\(uid)`",
                at: start.joined(Span(Int(start.start), reader.lastEnd)))
        }
        return uid
    }

    // MARK: - Names

    /// `Namespace::Type::"id"`
    private mutating func entityUID(or others: [String]) throws(ParseError) -> EntityUID {
        guard reader.current.kind == .identifier else {
            throw reader.unexpected(["an entity such as `User::\"alice\"`"] + others)
        }
        var words = [reader.advance()]
        while reader.take(.doubleColon) {
            if reader.current.kind == .string {
                let type = try self.type(named: words)
                return EntityUID(type: type, id: try StringLiteral.text(of: reader.advance(), in: source))
            }
            guard reader.current.kind == .identifier else { throw reader.unexpected(["a name", "the id in quotes"]) }
            words.append(reader.advance())
        }
        throw reader.unexpected(["`::` and the id in quotes"])
    }

    /// `Namespace::Type`
    mutating func entityType() throws(ParseError) -> EntityType {
        guard reader.current.kind == .identifier else { throw reader.unexpected(["an entity type"]) }
        var words = [reader.advance()]
        while reader.take(.doubleColon) { words.append(try reader.expectWord("a name")) }
        return try type(named: words)
    }

    func type(named words: [Token]) throws(ParseError) -> EntityType {
        for word in words where ReservedWords.all.contains(reader.text(word)) {
            throw reader.error("`\(reader.text(word))` is a reserved word and cannot be part of a name", at: word.span)
        }
        return EntityType(words.map(reader.text).joined(separator: "::"))
    }
}
