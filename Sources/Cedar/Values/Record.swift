/// Named values: a record, an entity's attributes or tags, a request's context. Sorted by name once, never changed.
package final class Record: Sendable {
    package static let empty = Record([:])

    package let names: [Text]
    package let values: [Value]

    package init(_ fields: [Text: Value]) {
        let sorted = fields.sorted { $0.key < $1.key }
        names = sorted.map(\.key)
        values = sorted.map(\.value)
    }

    /// From fields already in the order of their names, without repeats.
    init(sortedNames names: [Text], values: [Value]) {
        self.names = names
        self.values = values
    }

    package var count: Int { names.count }

    package subscript(name: Text) -> Value? {
        index(of: name).map { values[$0] }
    }

    func contains(_ name: Text) -> Bool { index(of: name) != nil }

    func index(of name: Text) -> Int? {
        names.count <= 8 ? names.firstIndex(of: name) : search(name)
    }

    private func search(_ name: Text) -> Int? {
        var low = 0
        var high = names.count
        while low < high {
            let middle = (low + high) / 2
            if names[middle] == name { return middle }
            if names[middle] < name { low = middle + 1 } else { high = middle }
        }
        return nil
    }
}

extension Record: Hashable {
    package static func == (left: Record, right: Record) -> Bool {
        left === right || (left.names == right.names && left.values == right.values)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(names)
        hasher.combine(values)
    }
}

extension Record: CustomStringConvertible {
    package var description: String {
        "{" + zip(names, values).map { "\($0.literal): \($1)" }.joined(separator: ", ") + "}"
    }
}
