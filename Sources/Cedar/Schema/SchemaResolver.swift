/// Looks up the names in a schema: a name means a common type before an entity type before a type of the language,
/// and one of its own namespace before one without namespace.
struct SchemaResolver {
    private let namespaces: [NamespaceSyntax]
    private var errors: [ParseError] = []
    private var entityNames: [Text: (SourceText, Span)] = [:]
    private var actionNames: Set<EntityUID> = []
    private var aliases: [Text: (type: TypeSyntax, in: NamespaceSyntax)] = [:]
    /// What is looked up already; nil where that failed and the error is noted.
    private var resolved: [Text: MeasuredType?] = [:]
    /// The common types that are being looked up right now: meeting one again is a cycle.
    private var open: Set<Text> = []

    init(_ namespaces: [NamespaceSyntax]) { self.namespaces = namespaces }

    mutating func resolve() throws(ParseErrors) -> Schema {
        for namespace in namespaces { declareNames(of: namespace) }
        refuseShadowing()
        // A common type that nobody uses has to make sense, too.
        for (name, alias) in aliases.sorted(by: { $0.key < $1.key }) {
            _ = resolveAlias(name, usedAt: Span(0, 0), in: alias.in)
        }
        var entities: [EntityType: EntityDeclaration] = [:]
        var actions: [EntityUID: ActionDeclaration] = [:]
        for namespace in namespaces {
            for syntax in namespace.entities {
                for entity in declarations(of: syntax, in: namespace) { entities[entity.type] = entity }
            }
            for syntax in namespace.actions {
                for action in declarations(of: syntax, in: namespace, known: actions) { actions[action.uid] = action }
            }
        }
        guard errors.isEmpty else { throw ParseErrors(errors: errors) }
        return Schema(entityTypes: closed(entities), actions: try closed(actions))
    }

    // MARK: - Names

    private static func qualified(_ name: Text, _ namespace: String) -> Text {
        namespace.isEmpty ? name : Text("\(namespace)::\(name)")
    }

    private mutating func declareNames(of namespace: NamespaceSyntax) {
        for entity in namespace.entities {
            for name in entity.names {
                let full = Self.qualified(name.text, namespace.name)
                if name.text == "Action" {
                    fail("`Action` is the type of actions and cannot be declared", name.span, namespace)
                }
                if entityNames.updateValue((namespace.source, name.span), forKey: full) != nil {
                    fail("the entity type `\(full)` is declared twice", name.span, namespace)
                }
            }
        }
        for name in namespace.actions.flatMap(\.names) {
            actionNames.insert(EntityUID(type: Self.actionType(namespace.name), id: name.text))
        }
        for alias in namespace.aliases {
            let full = Self.qualified(alias.name.text, namespace.name)
            if aliases.updateValue((alias.type, namespace), forKey: full) != nil {
                fail("the type `\(full)` is declared twice", alias.name.span, namespace)
            }
        }
    }

    private mutating func refuseShadowing() {
        for namespace in namespaces where !namespace.name.isEmpty {
            for name in namespace.entities.flatMap(\.names) + namespace.aliases.map(\.name)
            where entityNames[name.text] != nil || aliases[name.text] != nil {
                fail(
                    "`\(name.text)` is already declared outside of the namespace: one would hide the other",
                    name.span, namespace)
            }
        }
    }

    private mutating func fail(_ message: String, _ span: Span, _ namespace: NamespaceSyntax) {
        guard errors.count < ParseErrors.most else { return }
        errors.append(ParseError(namespace.source, at: span, message: message))
    }

    // MARK: - Types

    /// A type with its measures. Common types that are used many times over could otherwise grow beyond all bounds.
    private struct MeasuredType {
        let type: SchemaType
        var height = 1
        var size = 1

        var isReasonable: Bool { height <= TokenReader.deepestNesting && size <= 10_000 }
    }

    private mutating func type(_ syntax: TypeSyntax, in namespace: NamespaceSyntax) -> MeasuredType? {
        switch syntax {
        case .set(let element):
            type(element, in: namespace).map {
                MeasuredType(type: .set($0.type), height: $0.height + 1, size: $0.size + 1)
            }
        case .record(let attributes): record(attributes, in: namespace)
        case .named(let name): named(name, in: namespace)
        }
    }

    private mutating func record(_ syntax: [AttributeSyntax], in namespace: NamespaceSyntax) -> MeasuredType? {
        var attributes: [Text: SchemaAttribute] = [:]
        var height = 1
        var size = 1
        for attribute in syntax {
            guard let field = type(attribute.type, in: namespace) else { continue }
            attributes[attribute.name.text] = SchemaAttribute(type: field.type, isRequired: attribute.isRequired)
            height = max(height, field.height + 1)
            size += field.size
        }
        let measured = MeasuredType(type: .record(attributes), height: height, size: size)
        if !measured.isReasonable, let first = syntax.first {
            fail("this type grows too large: it uses other types too many times", first.name.span, namespace)
            return nil
        }
        return measured
    }

    private mutating func attributes(
        _ syntax: [AttributeSyntax], in namespace: NamespaceSyntax
    ) -> [Text: SchemaAttribute] {
        guard case .record(let attributes)? = record(syntax, in: namespace)?.type else { return [:] }
        return attributes
    }

    private mutating func named(_ name: NameSyntax, in namespace: NamespaceSyntax) -> MeasuredType? {
        for candidate in candidates(name.text, in: namespace) {
            if aliases[candidate] != nil { return resolveAlias(candidate, usedAt: name.span, in: namespace) }
            if entityNames[candidate] != nil { return MeasuredType(type: .entity(EntityType(candidate.string))) }
        }
        let plain = name.text.string
        let builtIn = plain.hasPrefix("__cedar::") ? String(plain.dropFirst(9)) : plain
        if let type = SchemaType.builtIn(builtIn) { return MeasuredType(type: type) }
        let known =
            (aliases.keys.map(\.string) + entityNames.keys.map(\.string)) + ["Bool", "Long", "String", "ipaddr"]
        let near = Spelling.nearest(to: plain, among: known).map { ": did you mean `\($0)`?" } ?? ""
        fail("there is no type `\(plain)`\(near)", name.span, namespace)
        return nil
    }

    private func candidates(_ name: Text, in namespace: NamespaceSyntax) -> [Text] {
        let isPlain = !name.string.utf8.contains(UInt8(ascii: ":"))
        return isPlain && !namespace.name.isEmpty ? [Self.qualified(name, namespace.name), name] : [name]
    }

    private mutating func resolveAlias(
        _ name: Text, usedAt span: Span, in user: NamespaceSyntax
    ) -> MeasuredType? {
        if let known = resolved[name] { return known }
        guard let alias = aliases[name] else { return nil }
        guard open.insert(name).inserted else {
            fail("the type `\(name)` contains itself", span, user)
            return nil
        }
        defer { open.remove(name) }
        guard open.count <= TokenReader.deepestNesting else {
            fail("the type `\(name)` leads over too many other types", span, user)
            return nil
        }
        var type = type(alias.type, in: alias.in)
        if type?.isReasonable == false {
            fail("the type `\(name)` grows too large", span, user)
            type = nil
        }
        resolved[name] = .some(type)
        return type
    }

    private mutating func entityType(_ name: NameSyntax, in namespace: NamespaceSyntax) -> EntityType? {
        if let found = candidates(name.text, in: namespace).first(where: { entityNames[$0] != nil }) {
            return EntityType(found.string)
        }
        let near = Spelling.nearest(to: name.text.string, among: entityNames.keys.map(\.string))
        fail(
            "there is no entity type `\(name.text)`" + (near.map { ": did you mean `\($0)`?" } ?? ""),
            name.span, namespace)
        return nil
    }

    // MARK: - Declarations

    private mutating func declarations(
        of syntax: EntitySyntax, in namespace: NamespaceSyntax
    ) -> [EntityDeclaration] {
        let parents = Set(syntax.parents.compactMap { entityType($0, in: namespace) })
        let attributes = attributes(syntax.attributes, in: namespace)
        let tags = syntax.tags.flatMap { type($0, in: namespace)?.type }
        return syntax.names.map {
            EntityDeclaration(
                type: EntityType(Self.qualified($0.text, namespace.name).string), parents: parents,
                attributes: attributes, tags: tags, ids: syntax.ids)
        }
    }

    private mutating func declarations(
        of syntax: ActionSyntax, in namespace: NamespaceSyntax, known: [EntityUID: ActionDeclaration]
    ) -> [ActionDeclaration] {
        let principals = (syntax.appliesTo?.principals ?? []).compactMap { entityType($0, in: namespace) }
        let resources = (syntax.appliesTo?.resources ?? []).compactMap { entityType($0, in: namespace) }
        let context = context(of: syntax, in: namespace)
        let parents = syntax.parents.compactMap { parentUID($0, in: namespace) }
        var seen: Set<Text> = []
        return syntax.names.map { name in
            let uid = EntityUID(type: Self.actionType(namespace.name), id: name.text)
            if known[uid] != nil || !seen.insert(name.text).inserted {
                fail("the action `\(uid)` is declared twice", name.span, namespace)
            }
            return ActionDeclaration(
                uid: uid, parents: parents, principals: principals, resources: resources, context: context)
        }
    }

    private mutating func context(of syntax: ActionSyntax, in namespace: NamespaceSyntax) -> [Text: SchemaAttribute] {
        guard let written = syntax.appliesTo?.context, let type = type(written, in: namespace)?.type else {
            return [:]
        }
        if case .record(let attributes) = type { return attributes }
        let span = if case .named(let name) = written { name.span } else { syntax.names[0].span }
        fail("the context has to be a record, not \(type)", span, namespace)
        return [:]
    }

    private static func actionType(_ namespace: String) -> EntityType {
        EntityType(qualified("Action", namespace).string)
    }

    /// A group of actions: of its own namespace if there is one of that name, else as written.
    private mutating func parentUID(_ parent: ActionSyntax.Parent, in namespace: NamespaceSyntax) -> EntityUID? {
        let type = parent.type?.text ?? "Action"
        let found = candidates(type, in: namespace)
            .map { EntityUID(type: EntityType($0.string), id: parent.id.text) }
            .first(where: actionNames.contains)
        if found == nil {
            let known = actionNames.map(\.id.string)
            let near = Spelling.nearest(to: parent.id.text.string, among: known).map { ": did you mean `\($0)`?" } ?? ""
            fail("there is no action `\(parent.id.text)`\(near)", parent.id.span, namespace)
        }
        return found
    }

    // MARK: - Hierarchies

    private func closed(_ entities: [EntityType: EntityDeclaration]) -> [EntityType: EntityDeclaration] {
        entities.mapValues { entity in
            var entity = entity
            var waiting = Array(entity.parents)
            while let next = waiting.popLast() {
                if entity.ancestors.insert(next).inserted { waiting += entities[next]?.parents ?? [] }
            }
            return entity
        }
    }

    private func closed(
        _ actions: [EntityUID: ActionDeclaration]
    ) throws(ParseErrors) -> [EntityUID: ActionDeclaration] {
        var closure = HierarchyClosure(entities: actions.mapValues { Entity(uid: $0.uid, parents: $0.parents) })
        do throws(EntityStoreError) {
            let ancestors = try closure.run()
            return actions.mapValues { action in
                var action = action
                action.ancestors = ancestors[action.uid] ?? []
                return action
            }
        } catch {
            let place = namespaces.first { !$0.actions.isEmpty } ?? namespaces[0]
            let span = place.actions.first?.names.first?.span ?? place.span
            throw ParseErrors(errors: [ParseError(place.source, at: span, message: "\(error)")])
        }
    }
}
