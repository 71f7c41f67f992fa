/// The wish to make a policy from a template: which template, the new policy's id, and an entity for each slot.
package struct TemplateLink: Sendable, Hashable {
    package let templateID: String
    package let id: String
    package let slots: [Slot: EntityUID]

    package init(templateID: String, id: String, slots: [Slot: EntityUID]) {
        self.templateID = templateID
        self.id = id
        self.slots = slots
    }
}
