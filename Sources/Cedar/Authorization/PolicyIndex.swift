/// Finds the policies whose scope fits a request without looking at the others: filed by action, then principal, then
/// resource. A request follows only the branches for itself, its types and its groups.
struct PolicyIndex: Sendable {
    private typealias Resources = IndexLevel<[Int]>
    private typealias Principals = IndexLevel<Resources>
    private let actions: IndexLevel<Principals>

    private typealias Entry = (position: Int, policy: CompiledPolicy)

    init(_ policies: [CompiledPolicy]) {
        let entries: [Entry] = policies.enumerated().map { ($0.offset, $0.element) }
        actions = IndexLevel(entries, keys: { $0.policy.actions }) { entries in
            IndexLevel(entries, keys: { [$0.policy.principal] }) { entries in
                IndexLevel(entries, keys: { [$0.policy.resource] }) { $0.map(\.position) }
            }
        }
    }

    /// Calls the body with the positions of all policies that may fit. One that lists several groups of actions may
    /// come more than once.
    @inline(__always)
    func forEachCandidate(_ frame: Frame, _ body: (Int) -> Void) {
        let request = frame.request
        actions.visit(request.action, frame.action) { principals in
            principals.visit(request.principal, frame.principal) { resources in
                resources.visit(request.resource, frame.resource) { positions in
                    for position in positions { body(position) }
                }
            }
        }
    }
}

/// One level of the index.
private struct IndexLevel<Child: Sendable>: Sendable {
    private var any: Child?
    private var types: [EntityType: Child] = [:]
    private var uids: [EntityUID: Child] = [:]

    /// Files each entry under each of its keys and makes the level below from what is filed together.
    init<Entry>(_ entries: [Entry], keys: (Entry) -> [ScopeKey], below: ([Entry]) -> Child) {
        var filed: [ScopeKey: [Entry]] = [:]
        for entry in entries {
            for key in keys(entry) { filed[key, default: []].append(entry) }
        }
        for (key, entries) in filed {
            switch key {
            case .any: any = below(entries)
            case .type(let type): types[type] = below(entries)
            case .uid(let uid): uids[uid] = below(entries)
            }
        }
    }

    /// Visits what is filed under anything, under the entity's type, under the entity and under each of its groups.
    @inline(__always)
    func visit(_ uid: EntityUID, _ stored: StoredEntity?, _ body: (Child) -> Void) {
        if let any { body(any) }
        if !types.isEmpty, let child = types[uid.type] { body(child) }
        guard !uids.isEmpty else { return }
        if let child = uids[uid] { body(child) }
        guard let ancestors = stored?.ancestors, !ancestors.isEmpty else { return }
        if ancestors.count <= uids.count {
            for ancestor in ancestors { if let child = uids[ancestor] { body(child) } }
        } else {
            for (key, child) in uids where ancestors.contains(key) { body(child) }
        }
    }
}
