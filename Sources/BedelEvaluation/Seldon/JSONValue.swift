/// A JSON value as it was written. Numbers stay text: `3`, `3.0` and `"3"` can be told apart, and no digit is lost.
enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    /// Its own spelling, which is always a JSON number.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// What it is, for messages. Never what it holds: a model may have put hidden data there.
    var kind: String {
        switch self {
        case .null: "null"
        case .bool: "true or false"
        case .number: "a number"
        case .string: "a string"
        case .array(let elements): "an array of \(elements.count)"
        case .object: "an object"
        }
    }
}
