internal import BedelDomain
internal import HTTPTypes
internal import Hummingbird

/// What programs look for at a place everybody knows (RFC 8615).
struct WellKnownDocuments: Sendable {
    let desk: Desk

    var routes: [Route] {
        [
            Route(.get, .wellKnownKeys, .everybody(because: "public keys are for everybody"), handler: keys),
            Route(.get, .wellKnownServer, .everybody(because: "it says where the doors are"), handler: server),
        ]
    }

    /// The keys that check `X-Bedel-Assertion` (RFC 7517). The key of the next turn is among them already, so an upstream
    /// may keep this for long.
    @Sendable private func keys(_ visit: Visit) async throws -> Response {
        document(desk.ports.assertions.publicKeys, type: "application/jwk-set+json")
    }

    /// RFC 8414, section 2, for `bedel login` and other programs.
    @Sendable private func server(_ visit: Visit) async throws -> Response {
        let base = desk.configuration.baseURL
        let metadata: JSON = [
            "issuer": .string(base),
            "device_authorization_endpoint": .string(base + Address.api(.oauthDevice).path),
            "token_endpoint": .string(base + Address.api(.oauthToken).path),
            "revocation_endpoint": .string(base + Address.api(.oauthRevocation).path),
            "jwks_uri": .string(base + Address.wellKnownKeys.path),
            "grant_types_supported": [.string(OAuthAPI.deviceGrant)],
            "response_types_supported": [],
            "scopes_supported": .array(Scope.allCases.map { .string($0.rawValue) }),
            "token_endpoint_auth_methods_supported": ["none"],
            "revocation_endpoint_auth_methods_supported": ["none"],
        ]
        return document(metadata.text, type: "application/json")
    }

    private func document(_ text: String, type: String) -> Response {
        var response = desk.text(text, type: type)
        response.headers[.cacheControl] = "public, max-age=300"
        return response
    }
}
