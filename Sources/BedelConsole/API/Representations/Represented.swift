/// What the API says of one noun: plain values, and the schema that openapi.json gives for them. A test holds both
/// against each other.
protocol Represented: Encodable, Sendable {
    /// Under `components/schemas`.
    static var name: String { get }
    static var members: [String: Schema] { get }
}

extension Represented {
    static var schema: Schema { .reference(name) }
    static var list: Schema { .array(.reference(name)) }
}
