/// Why a template cannot be linked.
package enum LinkError: Error, Equatable, Sendable, CustomStringConvertible {
    case noSuchTemplate(String)
    case idTaken(String)
    case missing(Slot)
    /// A value is given for a slot that the template does not have.
    case unused(Slot)

    package var description: String {
        switch self {
        case .noSuchTemplate(let id): "there is no template with the id \"\(id)\""
        case .idTaken(let id): "the id \"\(id)\" is already used by another policy"
        case .missing(let slot): "the template's slot \(slot) is not filled"
        case .unused(let slot): "the template has no slot \(slot)"
        }
    }
}

extension Policy {
    /// The policy that comes of filling all slots of this template.
    func linked(as id: String, slots: [Slot: EntityUID]) throws(LinkError) -> Policy {
        for slot in self.slots where slots[slot] == nil { throw .missing(slot) }
        for slot in slots.keys where !self.slots.contains(slot) { throw .unused(slot) }
        var scope = scope
        scope.principal = scope.principal.filled(slots)
        scope.resource = scope.resource.filled(slots)
        return Policy(
            id: id, effect: effect, annotations: annotations, source: source, span: span, scope: scope,
            conditions: conditions, templateID: self.id)
    }
}

extension ScopeConstraint {
    fileprivate func filled(_ slots: [Slot: EntityUID]) -> ScopeConstraint {
        switch self {
        case .equals(let reference): .equals(reference.filled(slots))
        case .isIn(let reference): .isIn(reference.filled(slots))
        case .isTypeIn(let type, let reference): .isTypeIn(type, reference.filled(slots))
        case .any, .isType: self
        }
    }
}

extension EntityReference {
    fileprivate func filled(_ slots: [Slot: EntityUID]) -> EntityReference {
        guard case .slot(let slot) = self, let uid = slots[slot] else { return self }
        return .uid(uid)
    }
}
