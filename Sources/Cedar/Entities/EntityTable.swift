/// Entities in columns, one row each. A row and its values are all that a decision reads of one entity alone; what
/// entities have in common, such as their groups and the names of their attributes, is kept once. So a decision finds
/// most of what it reads in the processor's caches, also among many entities.
struct EntityTable: Sendable {
    typealias Row = Int32

    private struct Head: Sendable {
        let id: Text
        /// Where its attributes begin among the values.
        let values: Int32
        let kind: Int32
    }

    /// What entities of one type with the same parents and the same names of attributes share.
    struct Kind: Sendable {
        let type: EntityType
        let names: FieldNames
        let parents: [EntityUID]
        let ancestors: AncestorSet
    }

    /// Holds the number of a row, counted from 1; zero when it is free.
    private struct Slot: Sendable {
        var row: Row = 0
        /// A part of the hash: rows of others are mostly passed by without reading them.
        var mark: Int32 = 0

        @inline(__always)
        static func mark(_ uid: EntityUID) -> Int32 { Int32(truncatingIfNeeded: uid.hash >> 32) }
    }

    private var uids: ContiguousArray<EntityUID> = []
    private var heads: ContiguousArray<Head> = []
    private var values: ContiguousArray<Value> = []
    private var kinds: ContiguousArray<Kind> = []
    private var tags: [Row: Record] = [:]
    /// Open addressing by the hash of the uid: their number is a power of two and at least a third of them are free.
    private var slots: ContiguousArray<Slot> = [Slot()]

    var count: Int { heads.count }
    var entities: [Entity] { heads.indices.map { entity(Row($0)) } }

    // MARK: - Building

    mutating func append(_ entity: Entity, _ ancestors: AncestorSet) {
        append(
            entity,
            kind: add(
                Kind(
                    type: entity.uid.type, names: entity.attributes.fields, parents: entity.parents,
                    ancestors: ancestors)))
    }

    mutating func add(_ kind: Kind) -> Int32 {
        kinds.append(kind)
        return Int32(kinds.count - 1)
    }

    /// Of two entities with the same uid the later one is found.
    mutating func append(_ entity: Entity, kind: Int32) {
        let row = Row(heads.count)
        uids.append(entity.uid)
        heads.append(Head(id: entity.uid.id, values: Int32(values.count), kind: kind))
        values.append(contentsOf: entity.attributes.values)
        if entity.tags.count > 0 { tags[row] = entity.tags }
        if heads.count * 3 > slots.count * 2 { spread() } else { place(row) }
    }

    private mutating func spread() {
        slots = ContiguousArray(repeating: Slot(), count: max(4, slots.count * 2))
        for row in heads.indices { place(Row(row)) }
    }

    private mutating func place(_ row: Row) {
        let uid = uids[Int(row)]
        var place = uid.hash & (slots.count - 1)
        while slots[place].row != 0, uids[Int(slots[place].row - 1)] != uid { place = (place + 1) & (slots.count - 1) }
        slots[place] = Slot(row: row + 1, mark: Slot.mark(uid))
    }

    // MARK: - Asking

    @inline(__always)
    func row(of uid: EntityUID) -> Row? {
        let mark = Slot.mark(uid)
        var place = uid.hash & (slots.count - 1)
        while slots[place].row != 0 {
            if slots[place].mark == mark, isRow(slots[place].row - 1, of: uid) { return slots[place].row - 1 }
            place = (place + 1) & (slots.count - 1)
        }
        return nil
    }

    @inline(__always)
    private func isRow(_ row: Row, of uid: EntityUID) -> Bool {
        heads[Int(row)].id == uid.id && kinds[Int(heads[Int(row)].kind)].type == uid.type
    }

    @inline(__always)
    func attribute(_ name: Text, of row: Row) -> Value? {
        guard let index = kinds[Int(heads[Int(row)].kind)].names.index(of: name) else { return nil }
        return values[Int(heads[Int(row)].values) + index]
    }

    @inline(__always)
    func hasAttribute(_ name: Text, _ row: Row) -> Bool {
        kinds[Int(heads[Int(row)].kind)].names.index(of: name) != nil
    }

    func tags(_ row: Row) -> Record { tags[row] ?? .empty }

    @inline(__always)
    func ancestors(_ row: Row) -> AncestorSet { kinds[Int(heads[Int(row)].kind)].ancestors }

    func entity(_ row: Row) -> Entity {
        let head = heads[Int(row)]
        let kind = kinds[Int(head.kind)]
        let values = values[Int(head.values)..<Int(head.values) + kind.names.names.count]
        return Entity(
            uid: uids[Int(row)], attributes: Record(kind.names, values: Array(values)), parents: kind.parents,
            tags: tags(row))
    }
}
