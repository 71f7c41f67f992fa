/// What openapi.json says of one route.
struct Operation: Sendable {
    let id: String
    let summary: String
    var query: [String: String] = [:]
    var request: Body?
    var answer: Body = .json(.object([:]))
    var status = 200

    enum Body: Sendable {
        case json(Schema)
        /// Another media type.
        case media(String)
        case none
    }
}

/// The part of JSON Schema 2020-12 that our answers need.
indirect enum Schema: Sendable {
    case string, integer, number, boolean
    case array(Schema)
    /// Members by name; those whose names end with `?` may be missing.
    case object([String: Schema])
    case map(Schema)
}
