/// Finds the policies whose scope fits a request without looking at the others: filed by action, then principal, then
/// resource. A request follows only the branches for itself, its types and its groups.
struct PolicyIndex: Sendable {
    private typealias Resources = IndexLevel<PolicyList>
    private typealias Principals = IndexLevel<Resources>
    private let actions: IndexLevel<Principals>

    init(_ policies: [CompiledPolicy]) {
        actions = IndexLevel(policies, keys: \.actions) { policies in
            IndexLevel(policies, keys: { [$0.principal] }) { policies in
                IndexLevel(policies, keys: { [$0.resource] }, below: PolicyList.init)
            }
        }
    }

    /// Calls the body with all policies that may fit. One that lists several groups of actions may come more than once.
    @inline(__always)
    func forEachCandidate(_ frame: inout Frame, _ body: (CompiledPolicy, inout Frame) -> Void) {
        actions.visit(frame.parties.action, &frame) { principals, frame in
            principals.visit(frame.parties.principal, &frame) { resources, frame in
                resources.visit(frame.parties.resource, &frame) { list, frame in
                    for policy in list.policies { body(policy, &frame) }
                }
            }
        }
    }
}

/// What is filed under the same three keys, in the order of the set.
private final class PolicyList: Sendable {
    let policies: ContiguousArray<CompiledPolicy>

    init(_ policies: [CompiledPolicy]) { self.policies = ContiguousArray(policies) }
}

/// One level of the index.
private final class IndexLevel<Child: AnyObject & Sendable>: Sendable {
    private let any: Child?
    private let types: [EntityType: Child]
    private let exactly: UIDTable<Child>
    private let within: UIDTable<Child>

    /// Files each policy under each of its keys and makes the level below from what is filed together.
    init(_ policies: [CompiledPolicy], keys: (CompiledPolicy) -> [ScopeKey], below: ([CompiledPolicy]) -> Child) {
        var filed: [ScopeKey: [CompiledPolicy]] = [:]
        for policy in policies {
            for key in keys(policy) { filed[key, default: []].append(policy) }
        }
        any = filed[.any].map(below)
        var types: [EntityType: Child] = [:]
        var exactly: [UIDTable<Child>.Entry] = []
        var within: [UIDTable<Child>.Entry] = []
        for (key, policies) in filed {
            switch key {
            case .any: break
            case .type(let type): types[type] = below(policies)
            case .exactly(let uid): exactly.append(.init(uid: uid, element: below(policies)))
            case .within(let uid): within.append(.init(uid: uid, element: below(policies)))
            }
        }
        self.types = types
        self.exactly = UIDTable(exactly)
        self.within = UIDTable(within)
    }

    /// Visits what is filed under anything, under the entity's type, under the entity and under each of its groups.
    @inline(__always)
    func visit(_ party: Party, _ frame: inout Frame, _ body: (Child, inout Frame) -> Void) {
        if let any { body(any, &frame) }
        if !types.isEmpty, let child = types[party.uid.type] { body(child, &frame) }
        if !exactly.isEmpty, let child = exactly[party.uid] { body(child, &frame) }
        guard !within.isEmpty else { return }
        if let child = within[party.uid] { body(child, &frame) }
        guard let place = party.place else { return }
        let ancestors = frame.store.ancestors(place)
        if ancestors.count <= within.count {
            for ancestor in ancestors.uids { if let child = within[ancestor] { body(child, &frame) } }
        } else {
            for entry in within.entries where ancestors.contains(entry.uid) { body(entry.element, &frame) }
        }
    }
}
