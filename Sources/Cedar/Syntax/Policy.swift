/// Whether a policy allows or refuses.
package enum Effect: String, Sendable {
    case permit, forbid
}

/// The two places of a template that are filled when it is linked.
package enum Slot: String, Sendable, Hashable, CustomStringConvertible {
    case principal = "?principal"
    case resource = "?resource"

    package var description: String { rawValue }
}

/// An entity in a scope: written out, or left open in a template.
enum EntityReference: Sendable, Hashable {
    case uid(EntityUID)
    case slot(Slot)
}

/// What the first or third line of a scope asks of the principal or resource.
enum ScopeConstraint: Sendable, Hashable {
    case any
    case equals(EntityReference)
    case isIn(EntityReference)
    case isType(EntityType)
    case isTypeIn(EntityType, EntityReference)

    var slot: Slot? {
        switch self {
        case .equals(.slot(let slot)), .isIn(.slot(let slot)), .isTypeIn(_, .slot(let slot)): slot
        default: nil
        }
    }
}

/// What the second line of a scope asks of the action.
enum ActionConstraint: Sendable, Hashable {
    case any
    case equals(EntityUID)
    case isIn([EntityUID])
}

struct Scope: Sendable {
    var principal: ScopeConstraint
    var action: ActionConstraint
    var resource: ScopeConstraint
    /// Where the three parts stand in the text.
    let principalSpan: Span
    let actionSpan: Span
    let resourceSpan: Span

    var slots: [Slot] { [principal.slot, resource.slot].compactMap { $0 } }
}

/// One `when` or `unless`.
struct Condition: Sendable {
    enum Kind: String, Sendable { case when, unless }

    let kind: Kind
    let body: Expression
}

/// A policy, or a template when its scope has slots, as it was written.
package struct Policy: Sendable {
    /// Unique in its set: the `@id` annotation, else `policy` and its number in the text.
    package let id: String
    package let effect: Effect
    package let annotations: [String: String]
    package let source: SourceText
    package let span: Span
    let scope: Scope
    let conditions: [Condition]
    /// For a linked policy: the template it came from.
    package let templateID: String?

    package var isTemplate: Bool { !scope.slots.isEmpty }
    /// The slots a link has to fill, in the order of the scope.
    package var slots: [Slot] { scope.slots }
    /// The policy as written.
    package var text: String { source.text(span) }
    package var position: SourcePosition { source.position(of: span.start) }
}
