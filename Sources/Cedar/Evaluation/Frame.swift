/// What one decision evaluates against. The three entities are found once.
final class Frame {
    let request: AuthorizationRequest
    let store: EntityStore
    let principal: StoredEntity?
    let action: StoredEntity?
    let resource: StoredEntity?

    init(_ request: AuthorizationRequest, _ store: EntityStore) {
        self.request = request
        self.store = store
        principal = store.find(request.principal)
        action = store.find(request.action)
        resource = store.find(request.resource)
    }

    /// The uid behind a variable and the entity, if there is one; nil for the context.
    @inline(__always)
    func entity(_ variable: Variable) -> (uid: EntityUID, stored: StoredEntity?)? {
        switch variable {
        case .principal: (request.principal, principal)
        case .action: (request.action, action)
        case .resource: (request.resource, resource)
        case .context: nil
        }
    }

    func value(_ variable: Variable) -> Value {
        switch variable {
        case .principal: .entity(request.principal)
        case .action: .entity(request.action)
        case .resource: .entity(request.resource)
        case .context: .record(request.context)
        }
    }
}
