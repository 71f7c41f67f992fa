/// Which of a provider's access tokens count here. Without it none does, and programs use tokens of ours.
struct AccessTokensConfiguration: Hashable, Sendable {
    /// At least one of these has to be in a token's `aud`.
    var audiences: [String]
    /// Those in `azp` or `client_id` whose tokens count; left out: every application of the provider's.
    var applications: [String]?
    /// Ask the provider about tokens that are no JWT (RFC 7662). For one provider at most.
    var introspection: Bool?
}

extension AccessTokensConfiguration: Codable {
    private enum CodingKeys: String, CodingKey, CaseIterable { case audiences, applications, introspection }

    init(from decoder: any Decoder) throws {
        try UnknownKeys.refuse(in: decoder, known: CodingKeys.allCases.map(\.rawValue))
        let members = try decoder.container(keyedBy: CodingKeys.self)
        audiences = try members.decode([String].self, forKey: .audiences)
        applications = try members.decodeIfPresent([String].self, forKey: .applications)
        introspection = try members.decodeIfPresent(Bool.self, forKey: .introspection)
    }
}
