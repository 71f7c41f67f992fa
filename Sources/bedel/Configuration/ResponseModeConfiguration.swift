/// How the browser brings a provider's answer: `query` or `form_post`.
enum ResponseModeConfiguration: String, Codable, CaseIterable, Sendable {
    case query
    case formPost = "form_post"

    /// - Throws: `DecodingError.dataCorrupted` that says what there is.
    init(from decoder: any Decoder) throws {
        let name = try decoder.singleValueContainer().decode(String.self)
        guard let mode = Self(rawValue: name) else {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription:
                        "“\(name)” is no response mode; there are \(Self.allCases.map(\.rawValue).joined(separator: ", "))"
                ))
        }
        self = mode
    }
}
