extension TypeChecker {
    /// The attributes of an entity type or record.
    private func attributes(of type: SchemaType) -> [Text: SchemaAttribute] {
        switch type {
        case .record(let attributes): attributes
        case .entity(let type): schema.entityTypes[type]?.attributes ?? [:]
        default: [:]
        }
    }

    mutating func attribute(
        _ expression: Expression, _ object: Expression, _ name: Text, _ known: Set<Capability>
    ) -> Typing {
        guard let type = expect(object, [.entity, .record], known).type else { return .failed }
        let attributes = attributes(of: type)
        guard let attribute = attributes[name] else {
            let near = Spelling.nearest(to: name.string, among: attributes.keys.map(\.string))
            let owner = if case .entity(let entity) = type { "`\(entity)`" } else { "this record" }
            return note(
                "\(owner) has no attribute `\(name)`" + (near.map { ": did you mean `\($0)`?" } ?? ""),
                at: expression.span)
        }
        guard attribute.isRequired || known.contains(Capability(object: object, name: .attribute(name))) else {
            return note(
                "the attribute `\(name)` is optional: ask for it with `has \(name) &&` before reading it",
                at: expression.span)
        }
        return Typing(attribute.type)
    }

    /// `has a.b.c` is `has a` and then `.a has b` and so on.
    mutating func has(
        _ expression: Expression, _ object: Expression, _ path: [Text], _ known: Set<Capability>
    ) -> Typing {
        guard path.count > 1 else { return has(expression, object, path[0], known) }
        var parts: [Expression] = []
        var owner = object
        for name in path {
            parts.append(Expression(.has(owner, [name]), expression.span))
            owner = Expression(.attribute(owner, name), expression.span)
        }
        return conjunction(parts, known)
    }

    private mutating func has(
        _ expression: Expression, _ object: Expression, _ name: Text, _ known: Set<Capability>
    ) -> Typing {
        guard let type = expect(object, [.entity, .record], known).type else { return .failed }
        guard let attribute = attributes(of: type)[name] else { return Typing(.bool(always: false)) }
        let capability = Capability(object: object, name: .attribute(name))
        // An entity need not be in the store, so that even a required attribute can be missing.
        let isRecord = if case .record = type { true } else { false }
        let certain = known.contains(capability) || (attribute.isRequired && isRecord)
        return Typing(.bool(always: certain ? true : nil), [capability])
    }

    // MARK: - Tags

    mutating func tag(
        _ expression: Expression, _ arguments: [Expression], reads: Bool, _ known: Set<Capability>
    ) -> Typing {
        let object = expect(arguments[0], [.entity], known)
        let name = expect(arguments[1], [.string], known)
        guard case .entity(let type)? = object.type, name.type != nil else { return .failed }
        let tags = schema.entityTypes[type]?.tags
        let capability = Capability(object: arguments[0], name: .tag(arguments[1]))
        guard reads else {
            guard tags != nil else { return Typing(.bool(always: false), [capability]) }
            return Typing(.bool(always: known.contains(capability) ? true : nil), [capability])
        }
        guard known.contains(capability) else {
            return note("a tag may be missing: ask for it with `hasTag(...) &&` before reading it", at: expression.span)
        }
        guard let tags else { return note("entities of type `\(type)` have no tags", at: expression.span) }
        return Typing(tags)
    }
}
