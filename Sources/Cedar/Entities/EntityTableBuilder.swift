/// Makes the table of a whole snapshot: entities share what they have in common, and every uid is kept once.
struct EntityTableBuilder {
    private struct Key: Hashable {
        let type: EntityType
        let names: FieldNames
        let parents: [EntityUID]
    }

    private(set) var table = EntityTable()
    private var uids: Set<EntityUID> = []
    private var kinds: [Key: Int32] = [:]

    /// - Parameter ancestors: asked once for all entities of a type with the same parents and names of attributes.
    mutating func append(_ entity: Entity, ancestors: () -> AncestorSet) {
        let fields = entity.attributes.fields
        let key = Key(type: entity.uid.type, names: fields, parents: entity.parents)
        let kind = kinds[key] ?? add(key, ancestors())
        let values = entity.attributes.values.map { value in
            if case .entity(let uid) = value { Value.entity(kept(uid)) } else { value }
        }
        let compact = Entity(
            uid: kept(entity.uid), attributes: Record(fields, values: values), parents: entity.parents,
            tags: entity.tags)
        table.append(compact, kind: kind)
    }

    private mutating func add(_ key: Key, _ ancestors: AncestorSet) -> Int32 {
        let kind = table.add(
            EntityTable.Kind(
                type: key.type, names: key.names, parents: key.parents.map { kept($0) },
                ancestors: AncestorSet(ancestors.uids.map { kept($0) })))
        kinds[key] = kind
        return kind
    }

    private mutating func kept(_ uid: EntityUID) -> EntityUID { uids.insert(uid).memberAfterInsert }
}
