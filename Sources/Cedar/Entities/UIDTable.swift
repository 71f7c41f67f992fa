/// A table by entity that is built once and never changed: open addressing over one stretch of memory, placed by the hash
/// that an ``EntityUID`` carries. Finding something costs one look at the table, whatever its size.
struct UIDTable<Element: Sendable>: Sendable {
    struct Entry: Sendable {
        let uid: EntityUID
        let element: Element
    }

    /// A power of two, at least a third of them empty, so that every search ends.
    private let slots: ContiguousArray<Entry?>
    let count: Int

    var isEmpty: Bool { count == 0 }
    var entries: some Sequence<Entry> { slots.lazy.compactMap { $0 } }

    /// Of two entries with the same uid the later one stays.
    init(_ entries: some Collection<Entry>) {
        var slots = ContiguousArray<Entry?>(repeating: nil, count: Self.capacity(for: entries.count))
        var count = 0
        for entry in entries {
            var place = entry.uid.hash & (slots.count - 1)
            while let other = slots[place], other.uid != entry.uid { place = (place + 1) & (slots.count - 1) }
            if slots[place] == nil { count += 1 }
            slots[place] = entry
        }
        self.slots = slots
        self.count = count
    }

    private static func capacity(for count: Int) -> Int {
        var capacity = 1
        while capacity * 2 < count * 3 { capacity *= 2 }
        return capacity
    }

    @inline(__always)
    subscript(uid: EntityUID) -> Element? {
        var place = uid.hash & (slots.count - 1)
        while let entry = slots[place] {
            if entry.uid == uid { return entry.element }
            place = (place + 1) & (slots.count - 1)
        }
        return nil
    }
}
