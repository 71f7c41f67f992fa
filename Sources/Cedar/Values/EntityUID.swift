/// The name of a kind of entity, with its namespaces: `User`, `Bedel::Profile`.
package struct EntityType: Hashable, Comparable, Sendable, CustomStringConvertible, ExpressibleByStringLiteral {
    let text: Text

    package init(_ name: String) { text = Text(name) }
    package init(stringLiteral value: String) { self.init(value) }

    package var name: String { text.string }
    package var description: String { text.string }

    /// The part after the last `::`.
    package var basename: String {
        guard let colon = text.string.utf8.lastIndex(of: UInt8(ascii: ":")) else { return text.string }
        return String(text.string[text.string.utf8.index(after: colon)...])
    }

    /// The part before the last `::`; empty for a name without namespace.
    package var namespace: String {
        text.string.utf8.count > basename.utf8.count ? String(text.string.dropLast(basename.count + 2)) : ""
    }

    /// Whether entities of this type are actions: `Action`, in whatever namespace.
    var isAction: Bool { basename == "Action" }

    package static func < (left: EntityType, right: EntityType) -> Bool { left.text < right.text }
}

/// Which entity: its type and its id, `User::"alice"`. The hash is computed once, because a decision looks the same
/// few entities up again and again.
package struct EntityUID: Hashable, Comparable, Sendable, CustomStringConvertible {
    private final class Storage: Sendable {
        let type: EntityType
        let id: Text
        let hash: Int

        init(type: EntityType, id: Text) {
            self.type = type
            self.id = id
            var hasher = Hasher()
            hasher.combine(type)
            hasher.combine(id)
            self.hash = hasher.finalize()
        }
    }

    private let storage: Storage

    package init(type: EntityType, id: Text) { storage = Storage(type: type, id: id) }
    package init(_ type: EntityType, _ id: String) { self.init(type: type, id: Text(id)) }

    package var type: EntityType { storage.type }
    package var id: Text { storage.id }
    var precomputedHash: Int { storage.hash }

    package static func == (left: EntityUID, right: EntityUID) -> Bool {
        if left.storage === right.storage { return true }
        return left.storage.hash == right.storage.hash && left.storage.id == right.storage.id
            && left.storage.type == right.storage.type
    }

    package static func < (left: EntityUID, right: EntityUID) -> Bool {
        left.type == right.type ? left.id < right.id : left.type < right.type
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(storage.hash) }

    /// As written in a policy.
    package var description: String { "\(type.name)::\(id.literal)" }
}
