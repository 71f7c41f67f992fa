import BedelDomain
import Yams

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What `bedel serve` is told in its file. `deploy/bedel.yaml` is a commented example.
struct ServerConfiguration: Codable, Sendable {
    /// The address people type: `https://lab.uni.es`. Its host is the base that all other hosts hang from.
    var base: String
    /// Where the gateway listens: `host:port`.
    var listen: String
    /// Where health, readiness and metrics listen: `host:port`; not for the public.
    var admin: String
    /// The directory of everything kept outside the database.
    var data: String
    /// `postgresql://…`; `BEDEL_DATABASE_URL` stands above it.
    var database: String
    var issuers: [Issuer]
    var tls: TLS?
    var services: [Service]?
    var limits: Limits?
    var models: Models?
    var traces: Traces?
    var log: String?
    var role: Role?

    /// What this process does.
    enum Role: String, Codable, Sendable {
        /// Everything; one on each data folder.
        case all
        /// One more front door for the process that does everything, on the same machine.
        case gateway
    }

    /// An OpenID provider.
    struct Issuer: Codable, Sendable {
        var url: String
        var clientID: String
        /// A file that holds nothing but the secret, so that the secret is in no other file.
        var clientSecretFile: String
        /// Whoever is in this group at this provider is a platform admin.
        var adminGroup: String
        /// For the sign-in button: "the university's account".
        var name: String?
        /// `standard` (the default: OpenID Connect's own names and `groups`), `keycloak` (its roles as well), or one's
        /// own.
        var claims: ClaimsConfiguration?
        var scopes: [String]?
        /// How the provider's answer comes: `query` (the default) or `form_post`.
        var responseMode: ResponseModeConfiguration?
        /// Which of this provider's access tokens count; nil for none.
        var accessTokens: AccessTokensConfiguration?

        enum CodingKeys: String, CodingKey {
            case url, name, claims, scopes
            case clientID = "client-id"
            case clientSecretFile = "client-secret-file"
            case adminGroup = "admin-group"
            case accessTokens = "access-tokens"
            case responseMode = "response-mode"
        }
    }

    struct TLS: Codable, Sendable {
        var certificate: String
        var key: String
        /// Further ones, each for the names that stand in it.
        var more: [Pair]?
        /// A plain port, `host:port`, that leads to this one.
        var redirectFrom: String?
        /// For how many days browsers shall come by `https` only; 0: nothing is said about it.
        var strictTransportDays: Int?

        struct Pair: Codable, Sendable {
            var certificate: String
            var key: String
        }

        enum CodingKeys: String, CodingKey {
            case certificate, key, more
            case redirectFrom = "redirect-from"
            case strictTransportDays = "strict-transport-days"
        }
    }
}

extension ServerConfiguration {
    /// Reads a configuration file.
    /// - Throws: ``BedelError`` saying which key is missing or wrong.
    static func read(_ path: String, environment: [String: String]) throws -> ServerConfiguration {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw BedelError(
                .invalidRequest, "The configuration file \(path) cannot be read.",
                next: "Copy deploy/bedel.yaml there and edit it, or name another file with --config.")
        }
        do {
            var configuration = try YAMLDecoder().decode(Self.self, from: String(decoding: data, as: UTF8.self))
            if let url = environment["BEDEL_DATABASE_URL"], !url.isEmpty { configuration.database = url }
            return configuration
        } catch {
            throw BedelError(
                .invalidRequest, "\(path): \(explain(error))",
                next: "See deploy/bedel.yaml for every key and its meaning.")
        }
    }

    static func explain(_ error: any Error) -> String {
        func path(_ keys: [any CodingKey]) -> String { keys.map(\.stringValue).joined(separator: ".") }
        switch error {
        case DecodingError.keyNotFound(let key, let context):
            return "the key “\(path(context.codingPath + [key]))” is missing."
        case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
            return context.codingPath.isEmpty
                ? "it is no list of keys and values." : "the value of “\(path(context.codingPath))” has the wrong form."
        case DecodingError.dataCorrupted(let context) where !context.codingPath.isEmpty:
            return "“\(path(context.codingPath))”: \(context.debugDescription)."
        default: return "this is not valid YAML: \(PlainReason.ofYAML(error))."
        }
    }
}
