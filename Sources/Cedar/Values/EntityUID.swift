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

/// Which entity: its type and its id, `User::"alice"`. The hash is computed once and carried along, because a decision
/// compares and looks up the same few entities again and again: two that differ are told apart without reading either.
package struct EntityUID: Hashable, Comparable, Sendable, CustomStringConvertible {
    private final class Storage: Sendable {
        let type: EntityType
        let id: Text

        init(type: EntityType, id: Text) {
            self.type = type
            self.id = id
        }
    }

    private let storage: Storage
    /// Of the type and the id; another one in each run of the program.
    let hash: Int

    package init(type: EntityType, id: Text) {
        storage = Storage(type: type, id: id)
        var hasher = Hasher()
        hasher.combine(type)
        hasher.combine(id)
        hash = hasher.finalize()
    }

    package init(_ type: EntityType, _ id: String) { self.init(type: type, id: Text(id)) }

    package var type: EntityType { storage.type }
    package var id: Text { storage.id }

    @inline(__always)
    package static func == (left: EntityUID, right: EntityUID) -> Bool {
        left.hash == right.hash && (left.storage === right.storage || sameWords(left, right))
    }

    private static func sameWords(_ left: EntityUID, _ right: EntityUID) -> Bool {
        left.storage.id == right.storage.id && left.storage.type == right.storage.type
    }

    package static func < (left: EntityUID, right: EntityUID) -> Bool {
        left.type == right.type ? left.id < right.id : left.type < right.type
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(hash) }

    /// As written in a policy.
    package var description: String { "\(type.name)::\(id.literal)" }
}
