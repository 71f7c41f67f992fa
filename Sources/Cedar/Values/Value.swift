/// What an expression can come to.
package enum Value: Hashable, Sendable {
    case bool(Bool)
    case long(Int64)
    case string(Text)
    case entity(EntityUID)
    case set(ValueSet)
    case record(Record)
    case decimal(Decimal)
    /// Apart, because it is larger than all others and rare.
    indirect case ip(IPAddress)
    case datetime(DateTime)
    case duration(Duration)

    package static func string(_ string: String) -> Value { .string(Text(string)) }
    package static func set(_ elements: [Value]) -> Value { .set(ValueSet(elements)) }
    package static func record(_ fields: [Text: Value]) -> Value { .record(Record(fields)) }

    /// The kinds of value that the language tells apart.
    package enum Kind: String, Sendable {
        case bool, long, string, entity, set, record, decimal, ipaddr, datetime, duration
    }

    package var kind: Kind {
        switch self {
        case .bool: .bool
        case .long: .long
        case .string: .string
        case .entity: .entity
        case .set: .set
        case .record: .record
        case .decimal: .decimal
        case .ip: .ipaddr
        case .datetime: .datetime
        case .duration: .duration
        }
    }
}

extension Value: CustomStringConvertible {
    /// As it would be written in a policy.
    package var description: String {
        switch self {
        case .bool(let value): "\(value)"
        case .long(let value): "\(value)"
        case .string(let value): value.literal
        case .entity(let value): "\(value)"
        case .set(let value): "\(value)"
        case .record(let value): "\(value)"
        case .decimal(let value): "decimal(\"\(value)\")"
        case .ip(let value): "ip(\"\(value)\")"
        case .datetime(let value): "\(value)"
        case .duration(let value): "duration(\"\(value)\")"
        }
    }
}
