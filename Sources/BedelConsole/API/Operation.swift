/// What openapi.json says of one route.
struct Operation: Sendable {
    let id: String
    let summary: String
    /// Query parameters with their meaning.
    var query: [String: String] = [:]
    var request: Body?
    var answer: Body
    var status = 200

    enum Body: Sendable {
        case json(Schema)
        /// Other media types, any of them.
        case media([String])
        case empty
    }
}

/// The part of JSON Schema 2020-12 that our answers need.
indirect enum Schema: Hashable, Sendable {
    case string, integer, number, boolean
    case array(Schema)
    case map(Schema)
    /// Absent when there is nothing to say.
    case optional(Schema)
    case object([String: Schema])
    case reference(String)
}
