/// The three entities of a question, found once.
struct Parties: Sendable {
    let principal: Party
    let action: Party
    let resource: Party

    init(_ request: AuthorizationRequest, _ store: EntityStore) {
        // First all three places, so that the processor fetches what it needs for them at the same time.
        let places = (store.find(request.principal), store.find(request.action), store.find(request.resource))
        principal = Party(uid: request.principal, place: places.0)
        action = Party(uid: request.action, place: places.1)
        resource = Party(uid: request.resource, place: places.2)
    }
}

/// One of the three: which entity, and where the store keeps what is known of it.
struct Party: Sendable {
    let uid: EntityUID
    let place: EntityStore.Place?

    /// Whether it is the group or in it.
    @inline(__always)
    func isIn(_ group: EntityUID, _ store: EntityStore) -> Bool {
        if uid == group { return true }
        guard let place else { return false }
        return store.ancestors(place).contains(group)
    }
}
