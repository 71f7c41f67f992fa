import Hummingbird
import NIOCore
import OpenSSL

@testable import BedelIdentity

extension HostileProvider {
    /// Opaque tokens beginning with this are good ones; every other is inactive.
    static let goodToken = "good-opaque-token-"

    /// RFC 7662. Whoever is not the client learns nothing.
    func addIntrospection(to router: Router<BasicRequestContext>, at path: RouterPath) {
        router.post(path) { [self] request, _ in
            count("introspect")
            let body = try await request.body.collect(upTo: 65_536)
            let fields = FormEncoding.decode(String(buffer: body)) ?? []
            let form = Dictionary(fields.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
            guard isFromClient(form, authorization: request.headers[.authorization]) else {
                return json(["error": "invalid_client"], status: .unauthorized)
            }
            return await answer(behaviour.introspection) { introspect(form["token"] ?? "") }
        }
    }

    /// The client's name and secret, by one of the two ways and not by both.
    func isFromClient(_ form: [String: String], authorization: String?) -> Bool {
        let pair = FormEncoding.encode(Self.clientID) + ":" + FormEncoding.encode(Self.clientSecret)
        let basic = authorization == "Basic " + Base64.encoded(Array(pair.utf8))
        let post = form["client_id"] == Self.clientID && form["client_secret"] == Self.clientSecret
        return basic != post
    }

    private func introspect(_ token: String) -> JSONValue {
        guard token.hasPrefix(Self.goodToken) else { return ["active": .bool(false)] }
        var claims: [String: JSONValue] = [
            "active": .bool(true), "iss": .string(issuer), "aud": ["account", "bedel-api"],
            "azp": .string(Self.clientID), "client_id": .string(Self.clientID), "typ": "Bearer",
            "token_type": "Bearer", "sub": .string(behaviour.subject),
        ]
        claims.merge(times(lifetime: 300)) { $1 }
        for (name, value) in behaviour.introspected { claims[name] = value == .null ? nil : value }
        return .object(claims)
    }

    /// The userinfo as Keycloak signs it.
    func signedUserinfo(_ changes: [String: JSONValue]) throws -> Response {
        var claims = behaviour.userinfoClaims
        claims["sub"] = claims["sub"] ?? .string(behaviour.subject)
        claims["iss"] = claims["iss"] ?? .string(issuer)
        claims["aud"] = claims["aud"] ?? .string(Self.clientID)
        let header = behaviour.signingKey.header.merging(changes) { $1 }
        return Response(
            status: .ok, headers: [.contentType: "application/jwt; charset=utf-8"],
            body: .init(byteBuffer: ByteBuffer(string: try behaviour.signingKey.sign(claims, header: header))))
    }
}
