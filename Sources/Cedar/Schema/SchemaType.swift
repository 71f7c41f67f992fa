/// The type of a value, as schemas declare it and as the validator works it out.
indirect enum SchemaType: Hashable, Sendable {
    /// A boolean; the validator sometimes knows which one it always is.
    case bool(always: Bool?)
    case long
    case string
    /// The element's type.
    case set(SchemaType)
    case record([Text: SchemaAttribute])
    case entity(EntityType)
    case decimal, ipaddr, datetime, duration

    static let bool = SchemaType.bool(always: nil)

    /// Primitive and extension types by name.
    static func builtIn(_ name: String) -> SchemaType? {
        switch name {
        case "Bool": .bool
        case "Long": .long
        case "String": .string
        case "decimal": .decimal
        case "ipaddr": .ipaddr
        case "datetime": .datetime
        case "duration": .duration
        default: nil
        }
    }

    /// Whether `<` and its kin compare values of this type.
    var isOrdered: Bool { self == .long || self == .datetime || self == .duration }

    var isBool: Bool { if case .bool = self { true } else { false } }
    var isSet: Bool { if case .set = self { true } else { false } }

    /// The type that holds values of both; nil when strict typing does not let them meet.
    func united(with other: SchemaType) -> SchemaType? {
        switch (self, other) {
        case (.bool(let left), .bool(let right)): return .bool(always: left == right ? left : nil)
        case (.set(let left), .set(let right)): return left.united(with: right).map(SchemaType.set)
        case (.record(let left), .record(let right)): return Self.united(left, right)
        default: return self == other ? self : nil
        }
    }

    private static func united(_ left: [Text: SchemaAttribute], _ right: [Text: SchemaAttribute]) -> SchemaType? {
        guard left.count == right.count else { return nil }
        var result: [Text: SchemaAttribute] = [:]
        for (name, attribute) in left {
            guard let other = right[name], other.isRequired == attribute.isRequired,
                let type = attribute.type.united(with: other.type)
            else { return nil }
            result[name] = SchemaAttribute(type: type, isRequired: attribute.isRequired)
        }
        return .record(result)
    }
}

struct SchemaAttribute: Hashable, Sendable {
    let type: SchemaType
    let isRequired: Bool
}

extension SchemaType: CustomStringConvertible {
    var description: String {
        switch self {
        case .bool: "Bool"
        case .long: "Long"
        case .string: "String"
        case .set(let element): "Set<\(element)>"
        case .record(let attributes):
            "{"
                + attributes.sorted { $0.key < $1.key }
                .map { "\($0.key)\($0.value.isRequired ? "" : "?"): \($0.value.type)" }.joined(separator: ", ") + "}"
        case .entity(let type): type.name
        case .decimal: "decimal"
        case .ipaddr: "ipaddr"
        case .datetime: "datetime"
        case .duration: "duration"
        }
    }
}
