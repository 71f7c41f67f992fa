/// Which entities, actions and attributes there are: what policies can be checked against before they decide.
package struct Schema: Sendable {
    let entityTypes: [EntityType: EntityDeclaration]
    let actions: [EntityUID: ActionDeclaration]

    /// Reads schemas from texts; namespaces may be spread over several.
    /// - Throws: everything that is wrong with the texts.
    package init(parsing sources: [SourceText]) throws(ParseErrors) {
        var namespaces: [NamespaceSyntax] = []
        var errors: [ParseError] = []
        for source in sources {
            do throws(ParseErrors) {
                namespaces += try SchemaParser.namespaces(in: source)
            } catch {
                errors += error.errors
            }
        }
        guard errors.isEmpty else { throw ParseErrors(errors: errors) }
        var resolver = SchemaResolver(namespaces)
        self = try resolver.resolve()
    }

    package init(parsing text: String, name: String = "schema") throws(ParseErrors) {
        try self.init(parsing: [SourceText(text, name: name)])
    }

    init(entityTypes: [EntityType: EntityDeclaration], actions: [EntityUID: ActionDeclaration]) {
        self.entityTypes = entityTypes
        self.actions = actions
    }

    /// The actions as entities with their groups, for a store: without them `action in ...` knows no group.
    package var actionEntities: [Entity] {
        actions.values.sorted { $0.uid < $1.uid }.map { Entity(uid: $0.uid, parents: $0.parents) }
    }

    /// All declared actions, in the order of their names.
    package var actionUIDs: [EntityUID] { actions.keys.sorted() }

    /// The principal types that an action is for; empty for groups of actions.
    package func principalTypes(of action: EntityUID) -> [EntityType] { actions[action]?.principals ?? [] }

    /// The resource types that an action is for; empty for groups of actions.
    package func resourceTypes(of action: EntityUID) -> [EntityType] { actions[action]?.resources ?? [] }

    /// Whether an entity of one type can be in one of the other.
    func canBe(_ member: EntityType, in group: EntityType) -> Bool {
        member == group || entityTypes[member]?.ancestors.contains(group) == true
    }
}

struct EntityDeclaration: Sendable {
    let type: EntityType
    let parents: Set<EntityType>
    let attributes: [Text: SchemaAttribute]
    let tags: SchemaType?
    /// For an enumerated type: the only ids there are.
    let ids: [Text]?
    /// All types that an entity of this type can be in.
    var ancestors: Set<EntityType> = []
}

struct ActionDeclaration: Sendable {
    let uid: EntityUID
    let parents: [EntityUID]
    let principals: [EntityType]
    let resources: [EntityType]
    let context: [Text: SchemaAttribute]
    /// All groups of actions that it is in.
    var ancestors: Set<EntityUID> = []
}
