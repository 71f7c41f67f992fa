/// Works out every entity's ancestors from the parents. Walks with its own stack, so that a long chain of groups
/// cannot exhaust the thread's.
struct HierarchyClosure {
    private let entities: [EntityUID: Entity]
    private let known: (EntityUID) -> Set<EntityUID>?
    private var finished: [EntityUID: Set<EntityUID>] = [:]
    private var open: Set<EntityUID> = []

    /// - Parameter known: entities outside of these whose ancestors are already worked out.
    init(
        entities: [EntityUID: Entity],
        known: @escaping (EntityUID) -> Set<EntityUID>? = { _ in nil }
    ) {
        self.entities = entities
        self.known = known
    }

    mutating func run() throws(EntityStoreError) -> [EntityUID: Set<EntityUID>] {
        finished.reserveCapacity(entities.count)
        for entity in entities.values { try visit(entity) }
        return finished
    }

    private mutating func visit(_ root: Entity) throws(EntityStoreError) {
        var stack = [root]
        while let entity = stack.last {
            guard finished[entity.uid] == nil else {
                stack.removeLast()
                continue
            }
            let waiting = entity.parents.compactMap { finished[$0] == nil ? entities[$0] : nil }
            if waiting.isEmpty {
                finished[entity.uid] = ancestors(of: entity)
                open.remove(entity.uid)
                stack.removeLast()
            } else {
                open.insert(entity.uid)
                if let cycle = waiting.first(where: { open.contains($0.uid) }) { throw .cycle(cycle.uid) }
                stack.append(contentsOf: waiting)
            }
        }
    }

    private func ancestors(of entity: Entity) -> Set<EntityUID> {
        var ancestors = Set(entity.parents)
        for parent in entity.parents {
            if let above = finished[parent] ?? known(parent) { ancestors.formUnion(above) }
        }
        return ancestors
    }
}
