/// A principal, action or resource with what is known of it.
package struct Entity: Sendable {
    package let uid: EntityUID
    package let attributes: Record
    package let tags: Record
    /// The groups it is directly in. They need not be in the store themselves.
    package let parents: [EntityUID]

    package init(
        uid: EntityUID, attributes: [Text: Value] = [:], parents: [EntityUID] = [], tags: [Text: Value] = [:]
    ) {
        self.init(uid: uid, attributes: Record(attributes), parents: parents, tags: Record(tags))
    }

    package init(uid: EntityUID, attributes: Record, parents: [EntityUID] = [], tags: Record = .empty) {
        self.uid = uid
        self.attributes = attributes
        self.parents = parents
        self.tags = tags
    }
}
