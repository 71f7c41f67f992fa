/// One question: may this principal do this action on this resource, in this context?
package struct AuthorizationRequest: Sendable {
    package let principal: EntityUID
    package let action: EntityUID
    package let resource: EntityUID
    package let context: Record

    package init(principal: EntityUID, action: EntityUID, resource: EntityUID, context: Record = .empty) {
        self.principal = principal
        self.action = action
        self.resource = resource
        self.context = context
    }
}
