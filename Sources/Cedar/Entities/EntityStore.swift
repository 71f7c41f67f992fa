/// An immutable snapshot of entities. Copying it is free and finding an entity costs the same at any size, so a
/// gateway can swap whole snapshots and a decision never waits.
package struct EntityStore: Sendable {
    package static let empty = EntityStore(Snapshot(stored: [:], dangling: []))

    private final class Snapshot: Sendable {
        let stored: [EntityUID: StoredEntity]
        /// Parents that are named but not in the store.
        let dangling: Set<EntityUID>

        init(stored: [EntityUID: StoredEntity], dangling: Set<EntityUID>) {
            self.stored = stored
            self.dangling = dangling
        }
    }

    private let snapshot: Snapshot
    /// A few entities laid over the snapshot, for a request that brings its own.
    private var overlay: [EntityUID: StoredEntity] = [:]

    private init(_ snapshot: Snapshot) { self.snapshot = snapshot }

    /// Works out the hierarchy once, in time proportional to its size.
    package init(_ entities: some Sequence<Entity>) throws(EntityStoreError) {
        var known: [EntityUID: Entity] = [:]
        for entity in entities {
            guard known.updateValue(entity, forKey: entity.uid) == nil else { throw .duplicate(entity.uid) }
        }
        var closure = HierarchyClosure(entities: known)
        let ancestors = try closure.run()
        snapshot = Snapshot(
            stored: known.mapValues { StoredEntity($0, ancestors: ancestors[$0.uid] ?? []) },
            dangling: Set(known.values.flatMap(\.parents).filter { known[$0] == nil }))
    }

    package var count: Int { snapshot.stored.count + overlay.count }

    package func entity(_ uid: EntityUID) -> Entity? { find(uid)?.entity }

    /// All groups that an entity is in, directly or through other groups.
    package func ancestors(of uid: EntityUID) -> Set<EntityUID> { find(uid)?.ancestors ?? [] }

    /// This snapshot with a few more entities, at the cost of those alone. An entity that is already there is refused.
    package func adding(_ entities: [Entity]) throws(EntityStoreError) -> EntityStore {
        for entity in entities where find(entity.uid) != nil { throw .duplicate(entity.uid) }
        // A new group that others already name changes what these are in: only then everything is worked out again.
        guard !entities.contains(where: { snapshot.dangling.contains($0.uid) }), overlay.isEmpty else {
            let all = snapshot.stored.values.map(\.entity) + overlay.values.map(\.entity) + entities
            return try EntityStore(all)
        }
        let added = Dictionary(entities.map { ($0.uid, $0) }) { first, _ in first }
        guard added.count == entities.count else { throw .duplicate(entities[0].uid) }
        var closure = HierarchyClosure(entities: added) { self.snapshot.stored[$0].map { ($0.entity, $0.ancestors) } }
        let ancestors = try closure.run()
        var result = self
        result.overlay = added.mapValues { StoredEntity($0, ancestors: ancestors[$0.uid] ?? []) }
        return result
    }

    /// This snapshot under the few entities of one request, in which no other entity is: its principal and its resource.
    /// Cheaper than `adding`, because nobody else's groups change. One with a known uid stands in front of the known one.
    package func covered(by leaves: [Entity]) -> EntityStore {
        var result = self
        result.overlay.reserveCapacity(overlay.count + leaves.count)
        for leaf in leaves {
            var ancestors = Set(leaf.parents)
            for parent in leaf.parents { if let above = find(parent)?.ancestors { ancestors.formUnion(above) } }
            result.overlay[leaf.uid] = StoredEntity(leaf, ancestors: ancestors)
        }
        return result
    }

    @inline(__always)
    func find(_ uid: EntityUID) -> StoredEntity? {
        if !overlay.isEmpty, let found = overlay[uid] { return found }
        return snapshot.stored[uid]
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
