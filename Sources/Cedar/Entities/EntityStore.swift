/// An immutable snapshot of entities. Copying it is free and finding an entity costs the same at any size, so a
/// gateway can swap whole snapshots and a decision never waits.
package struct EntityStore: Sendable {
    package static let empty = EntityStore(Snapshot(EntityTable(), dangling: []))

    private final class Snapshot: Sendable {
        let table: EntityTable
        /// Parents that are named but not in the store.
        let dangling: Set<EntityUID>

        init(_ table: EntityTable, dangling: Set<EntityUID> = []) {
            self.table = table
            self.dangling = dangling
        }
    }

    /// Where an entity is kept.
    struct Place: Sendable {
        fileprivate let row: EntityTable.Row
        fileprivate let isOverlay: Bool
    }

    private let snapshot: Snapshot
    /// A few entities laid over the snapshot, for a request that brings its own.
    private let overlay: Snapshot?

    private init(_ snapshot: Snapshot, overlay: EntityTable? = nil) {
        self.snapshot = snapshot
        self.overlay = overlay.map { Snapshot($0) }
    }

    /// Works out the hierarchy once, in time proportional to its size.
    package init(_ entities: some Sequence<Entity>) throws(EntityStoreError) {
        let entities = Array(entities)
        var known: [EntityUID: Entity] = [:]
        for entity in entities {
            guard known.updateValue(entity, forKey: entity.uid) == nil else { throw .duplicate(entity.uid) }
        }
        var closure = HierarchyClosure(entities: known)
        let ancestors = try closure.run()
        var builder = EntityTableBuilder()
        for entity in entities { builder.append(entity) { AncestorSet(ancestors[entity.uid] ?? []) } }
        let parents = entities.lazy.flatMap(\.parents)
        self.init(Snapshot(builder.table, dangling: Set(parents.filter { known[$0] == nil })))
    }

    package var count: Int { snapshot.table.count + (overlay?.table.count ?? 0) }

    package func entity(_ uid: EntityUID) -> Entity? { find(uid).map { table($0).entity($0.row) } }

    /// All groups that an entity is in, directly or through other groups.
    package func ancestors(of uid: EntityUID) -> Set<EntityUID> { Set(find(uid).map { ancestors($0).uids } ?? []) }

    /// This snapshot with a few more entities, at the cost of those alone. An entity that is already there is refused.
    package func adding(_ entities: [Entity]) throws(EntityStoreError) -> EntityStore {
        for entity in entities where find(entity.uid) != nil { throw .duplicate(entity.uid) }
        // A new group that others already name changes what these are in: only then everything is worked out again.
        guard overlay == nil, !entities.contains(where: { snapshot.dangling.contains($0.uid) }) else {
            return try EntityStore(snapshot.table.entities + (overlay?.table.entities ?? []) + entities)
        }
        let added = Dictionary(entities.map { ($0.uid, $0) }) { first, _ in first }
        guard added.count == entities.count else { throw .duplicate(entities[0].uid) }
        var closure = HierarchyClosure(entities: added) { self.find($0).map { Set(self.ancestors($0).uids) } }
        let ancestors = try closure.run()
        var table = EntityTable()
        for entity in entities { table.append(entity, AncestorSet(ancestors[entity.uid] ?? [])) }
        return EntityStore(snapshot, overlay: table)
    }

    /// This snapshot under the few entities of one request, in which no other entity is: its principal and its resource.
    /// Cheaper than `adding`, because nobody else's groups change. One with a known uid stands in front of the known one.
    package func covered(by leaves: [Entity]) -> EntityStore {
        var table = overlay?.table ?? EntityTable()
        for leaf in leaves {
            let above = leaf.parents.flatMap { find($0).map { ancestors($0).uids } ?? [] }
            table.append(leaf, AncestorSet(leaf.parents + above))
        }
        return EntityStore(snapshot, overlay: table)
    }

    // MARK: - For decisions

    @inline(__always)
    func find(_ uid: EntityUID) -> Place? {
        if let overlay, let row = overlay.table.row(of: uid) { return Place(row: row, isOverlay: true) }
        return snapshot.table.row(of: uid).map { Place(row: $0, isOverlay: false) }
    }

    func attribute(_ name: Text, of place: Place) -> Value? { table(place).attribute(name, of: place.row) }
    func hasAttribute(_ name: Text, _ place: Place) -> Bool { table(place).hasAttribute(name, place.row) }
    func tags(_ place: Place) -> Record { table(place).tags(place.row) }
    func ancestors(_ place: Place) -> AncestorSet { table(place).ancestors(place.row) }

    @inline(__always)
    private func table(_ place: Place) -> EntityTable {
        if place.isOverlay, let overlay { overlay.table } else { snapshot.table }
    }
}

/// Why entities cannot be a store.
package enum EntityStoreError: Error, Equatable, Sendable, CustomStringConvertible {
    case duplicate(EntityUID)
    /// The entity is in itself, through its parents.
    case cycle(EntityUID)

    package var description: String {
        switch self {
        case .duplicate(let uid): "the entity \(uid) is given twice"
        case .cycle(let uid): "the entity \(uid) is among its own ancestors"
        }
    }
}
