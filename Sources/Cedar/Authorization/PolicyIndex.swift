/// Finds the policies whose scope fits a request without looking at the others: filed by action, then principal, then
/// resource. A request follows only the branches for itself, its types and its groups.
struct PolicyIndex: Sendable {
    private typealias Resources = IndexLevel<[CompiledPolicy]>
    private typealias Principals = IndexLevel<Resources>
    private let actions: IndexLevel<Principals>

    init(_ policies: [CompiledPolicy]) {
        actions = IndexLevel(policies, keys: \.actions) { policies in
            IndexLevel(policies, keys: { [$0.principal] }) { policies in
                IndexLevel(policies, keys: { [$0.resource] }) { $0 }
            }
        }
    }

    /// Calls the body with all policies that may fit. One that lists several groups of actions may come more than once.
    @inline(__always)
    func forEachCandidate(_ frame: Frame, _ body: (CompiledPolicy) -> Void) {
        actions.visit(frame.request.action, frame.action) { principals in
            principals.visit(frame.request.principal, frame.principal) { resources in
                resources.visit(frame.request.resource, frame.resource) { policies in
                    for policy in policies { body(policy) }
                }
            }
        }
    }
}

/// One level of the index.
private final class IndexLevel<Child: Sendable>: Sendable {
    private let any: Child?
    private let types: [EntityType: Child]
    private let uids: [EntityUID: Child]

    /// Files each policy under each of its keys and makes the level below from what is filed together.
    init(_ policies: [CompiledPolicy], keys: (CompiledPolicy) -> [ScopeKey], below: ([CompiledPolicy]) -> Child) {
        var filed: [ScopeKey: [CompiledPolicy]] = [:]
        for policy in policies {
            for key in keys(policy) { filed[key, default: []].append(policy) }
        }
        any = filed[.any].map(below)
        var types: [EntityType: Child] = [:]
        var uids: [EntityUID: Child] = [:]
        for (key, policies) in filed {
            switch key {
            case .any: break
            case .type(let type): types[type] = below(policies)
            case .uid(let uid): uids[uid] = below(policies)
            }
        }
        self.types = types
        self.uids = uids
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
