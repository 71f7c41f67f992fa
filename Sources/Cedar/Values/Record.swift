/// Named values: a record, an entity's attributes or tags, a request's context. Sorted by name once, never changed.
package final class Record: Sendable {
    package static let empty = Record([:])

    let fields: FieldNames
    package let values: [Value]

    package init(_ fields: [Text: Value]) {
        let sorted = fields.sorted { $0.key < $1.key }
        self.fields = FieldNames(names: sorted.map(\.key))
        values = sorted.map(\.value)
    }

    init(_ fields: FieldNames, values: [Value]) {
        self.fields = fields
        self.values = values
    }

    package var names: [Text] { fields.names }
    package var count: Int { values.count }

    package subscript(name: Text) -> Value? {
        fields.index(of: name).map { values[$0] }
    }

    func contains(_ name: Text) -> Bool { fields.index(of: name) != nil }
}

extension Record: Hashable {
    package static func == (left: Record, right: Record) -> Bool {
        left === right || (left.fields == right.fields && left.values == right.values)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(fields)
        hasher.combine(values)
    }
}

extension Record: CustomStringConvertible {
    package var description: String {
        "{" + zip(names, values).map { "\($0.literal): \($1)" }.joined(separator: ", ") + "}"
    }
}
