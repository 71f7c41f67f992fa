import BedelIdentity

/// Where a provider's tokens say what we want to know: a mapping that comes along, by its name, or one's own.
///
///     claims:
///       login: uid
///       trust-email: true
///       groups: [groups, { claim: realm_access.roles, prefix: "role:" }, { claim: ["https://uni.example/roles"] }]
enum ClaimsConfiguration: Codable, Hashable, Sendable {
    case preset(Preset)
    case own(Own)

    enum Preset: String, Codable, Sendable, CaseIterable { case standard, keycloak }

    /// What is left out is as in `standard`.
    struct Own: Hashable, Sendable {
        var login: ClaimPath?
        var name: ClaimPath?
        var email: ClaimPath?
        var groups: [Groups]?
        /// Where nobody writes their own address; otherwise only those count that the provider says it verified.
        var trustEmail: Bool?
    }

    struct Groups: Hashable, Sendable {
        var claim: ClaimPath
        /// Put in front of each, so that a role and a group of one name stay two things.
        var prefix: String?
    }

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        guard let name = try? value.decode(String.self) else {
            self = .own(try value.decode(Own.self))
            return
        }
        guard let preset = Preset(rawValue: name) else {
            throw DecodingError.dataCorruptedError(
                in: value, debugDescription: "“\(name)” is no claim mapping; use standard, keycloak or one of your own")
        }
        self = .preset(preset)
    }

    func encode(to encoder: any Encoder) throws {
        switch self {
        case .preset(let preset): try preset.encode(to: encoder)
        case .own(let own): try own.encode(to: encoder)
        }
    }

    func mapping(clientID: String) -> ClaimMapping {
        switch self {
        case .preset(.standard): return .standard
        case .preset(.keycloak): return .keycloak(client: clientID)
        case .own(let own):
            let standard = ClaimMapping.standard
            return ClaimMapping(
                login: own.login?.names ?? standard.login, name: own.name?.names ?? standard.name,
                email: own.email?.names ?? standard.email,
                groups: own.groups?.map { .init($0.claim.names, prefix: $0.prefix ?? "") } ?? standard.groups,
                trustsEmail: own.trustEmail ?? false)
        }
    }
}

/// The way to a claim through nested objects: `realm_access.roles`, or a list where a name has a dot in it.
struct ClaimPath: Codable, Hashable, Sendable {
    static let maximumDepth = 8
    let names: [String]

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if let text = try? value.decode(String.self) {
            names = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        } else {
            names = try value.decode([String].self)
        }
        guard (1...Self.maximumDepth).contains(names.count), names.allSatisfy({ !$0.isEmpty && $0.utf8.count <= 255 })
        else {
            throw DecodingError.dataCorruptedError(
                in: value, debugDescription: "a claim is named by 1 to \(Self.maximumDepth) names with dots in between")
        }
    }

    func encode(to encoder: any Encoder) throws { try names.encode(to: encoder) }
}

extension ClaimsConfiguration.Own: Codable {
    private enum CodingKeys: String, CodingKey, CaseIterable {
        case login, name, email, groups
        case trustEmail = "trust-email"
    }

    init(from decoder: any Decoder) throws {
        try UnknownKeys.refuse(in: decoder, known: CodingKeys.allCases.map(\.rawValue))
        let members = try decoder.container(keyedBy: CodingKeys.self)
        login = try members.decodeIfPresent(ClaimPath.self, forKey: .login)
        name = try members.decodeIfPresent(ClaimPath.self, forKey: .name)
        email = try members.decodeIfPresent(ClaimPath.self, forKey: .email)
        groups = try members.decodeIfPresent([ClaimsConfiguration.Groups].self, forKey: .groups)
        trustEmail = try members.decodeIfPresent(Bool.self, forKey: .trustEmail)
    }
}

extension ClaimsConfiguration.Groups: Codable {
    private enum CodingKeys: String, CodingKey, CaseIterable { case claim, prefix }

    /// `groups`, or `{ claim: realm_access.roles, prefix: "role:" }`.
    init(from decoder: any Decoder) throws {
        if let path = try? decoder.singleValueContainer().decode(String.self), !path.isEmpty {
            claim = try ClaimPath(from: decoder)
            return
        }
        try UnknownKeys.refuse(in: decoder, known: CodingKeys.allCases.map(\.rawValue))
        let members = try decoder.container(keyedBy: CodingKeys.self)
        claim = try members.decode(ClaimPath.self, forKey: .claim)
        prefix = try members.decodeIfPresent(String.self, forKey: .prefix)
    }
}
