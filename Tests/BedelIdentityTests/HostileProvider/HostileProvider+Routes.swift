import BedelDomain
import Hummingbird
import NIOCore
import OpenSSL
import Synchronization

@testable import BedelIdentity

extension HostileProvider {
    func routes() -> Router<BasicRequestContext> {
        let router = Router()
        let base = "/realms/R/protocol/openid-connect"
        router.get("/realms/R/.well-known/openid-configuration") { [self] _, _ in
            count("discovery")
            return await answer(behaviour.discovery) { metadata }
        }
        router.get("\(base)/certs") { [self] _, _ in
            count("certs")
            return await answer(behaviour.keys) {
                ["keys": .array(behaviour.published ?? [.object(behaviour.signingKey.members)])]
            }
        }
        router.get("\(base)/auth") { [self] request, _ in
            count("auth")
            return authorize(request.uri.query ?? "")
        }
        router.post("\(base)/token") { [self] request, _ in
            count("token")
            let body = try await request.body.collect(upTo: 65_536)
            let fields = FormEncoding.decode(String(buffer: body)) ?? []
            let form = Dictionary(fields.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
            let authorization = request.headers[.authorization]
            state.withLock { $0.lastTokenRequest = TokenRequest(form: form, authorization: authorization) }
            if form["grant_type"] == "refresh_token" {
                count("refresh")
                return try await answerRefresh(form["refresh_token"])
            }
            guard let grant = redeem(form, authorization: authorization) else {
                return json(["error": "invalid_grant"], status: .badRequest)
            }
            let tokens = try tokens(for: grant)
            return await answer(behaviour.token) { tokens }
        }
        router.get("\(base)/userinfo") { [self] request, _ in
            count("userinfo")
            guard request.headers[.authorization]?.hasPrefix("Bearer ") == true else {
                return json(["error": "invalid_token"], status: .unauthorized)
            }
            if let header = behaviour.signedUserinfo { return try signedUserinfo(header) }
            return await answer(behaviour.userinfo) {
                var claims = behaviour.userinfoClaims
                claims["sub"] = claims["sub"] ?? .string(behaviour.subject)
                return .object(claims)
            }
        }
        addIntrospection(to: router, at: "\(base)/token/introspect")
        router.get("/canary") { [self] _, _ in
            count("canary")
            return json(["keys": .array([.object(behaviour.signingKey.members)])])
        }
        return router
    }

    private var metadata: JSONValue {
        var members: [String: JSONValue] = [
            "issuer": .string(issuer), "authorization_endpoint": .string(endpoints + "/auth"),
            "token_endpoint": .string(endpoints + "/token"), "jwks_uri": .string(endpoints + "/certs"),
            "userinfo_endpoint": .string(endpoints + "/userinfo"),
            "end_session_endpoint": .string(endpoints + "/logout"),
            "introspection_endpoint": .string(endpoints + "/token/introspect"),
            "authorization_response_iss_parameter_supported": .bool(true),
            "code_challenge_methods_supported": ["plain", "S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        ]
        for (name, value) in behaviour.metadata { members[name] = value == .null ? nil : value }
        return .object(members)
    }

    /// Signs the person in without asking, and sends the browser back.
    private func authorize(_ query: String) -> Response {
        let fields = FormEncoding.decode(query) ?? []
        let values = Dictionary(fields.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        let behaviour = behaviour
        guard values["client_id"] == Self.clientID, values["response_type"] == "code",
            values["code_challenge_method"] == "S256", let challenge = values["code_challenge"], challenge.count == 43,
            let nonce = values["nonce"], let sent = values["state"], let callback = values["redirect_uri"],
            values["scope"]?.split(separator: " ").contains("openid") == true
        else { return json(["error": "invalid_request"], status: .badRequest) }
        let code = OneTimeSecret.make()
        state.withLock { state in
            state.lastAuthorization = values
            state.grants[code] = Grant(nonce: nonce, challenge: challenge, callback: callback)
        }
        var answer = [("state", sent), ("session_state", "sid-1")]
        if let error = behaviour.authorizationError {
            answer += [("error", error), ("error_description", "<script>alert(1)</script>")]
        } else {
            answer.append(("code", code))
        }
        switch behaviour.responseIssuer {
        case .own: answer.append(("iss", issuer))
        case .absent: break
        case .other(let other): answer.append(("iss", other))
        }
        guard values["response_mode"] == "form_post" else {
            return Response(status: .found, headers: [.location: callback + "?" + FormEncoding.encode(answer)])
        }
        return Response(
            status: .ok, headers: [.contentType: "text/html", .location: callback],
            body: .init(byteBuffer: ByteBuffer(string: FormEncoding.encode(answer))))
    }

    /// A code is good once, for the client that asked, with its verifier and its callback.
    private func redeem(_ form: [String: String], authorization: String?) -> Grant? {
        guard isFromClient(form, authorization: authorization), form["grant_type"] == "authorization_code",
            let code = form["code"],
            let grant = state.withLock({ $0.grants.removeValue(forKey: code) }), grant.callback == form["redirect_uri"],
            let verifier = form["code_verifier"],
            Base64.urlEncoded(SHA256.digest(of: Array(verifier.utf8))) == grant.challenge
        else { return nil }
        return grant
    }

    private func answerRefresh(_ token: String?) async throws -> Response {
        switch behaviour.refresh {
        case .right, .hanging: break
        default: return await answer(behaviour.refresh) { .null }
        }
        let tokens = try refresh(token)
        if case .hanging = behaviour.refresh { await hang() }
        guard case .object(var members)? = tokens else { return json(["error": "invalid_grant"], status: .badRequest) }
        if !behaviour.refreshesIDToken { members["id_token"] = nil }
        return json(.object(members))
    }

    /// One-time: a token that was used before is worth nothing (Keycloak's “revoke refresh token”).
    private func refresh(_ token: String?) throws -> JSONValue? {
        guard let token, state.withLock({ $0.refreshTokens.remove(token) }) != nil else { return nil }
        return try tokens(for: nil)
    }

    private func tokens(for grant: Grant?) throws -> JSONValue {
        let accessToken = try self.accessToken()
        let hash = behaviour.signingKey.algorithm.hash(of: Array(accessToken.utf8))
        var claims = behaviour.person
        claims.merge(times(lifetime: 300)) { $1 }
        claims.merge(
            [
                "iss": .string(issuer), "aud": .string(Self.clientID), "azp": .string(Self.clientID), "typ": "ID",
                "sub": .string(behaviour.subject), "nonce": grant.map { .string($0.nonce) } ?? .null,
                "at_hash": .string(Base64.urlEncoded(Array(hash.prefix(hash.count / 2)))),
            ]) { $1 }
        for (name, value) in behaviour.idToken { claims[name] = value }
        claims = claims.filter { $0.value != .null }
        var header = behaviour.signingKey.header
        for (name, value) in behaviour.header { header[name] = value == .null ? nil : value }
        let idToken = behaviour.spoil(try behaviour.signingKey.sign(claims, header: header))
        let refreshToken = OneTimeSecret.make()
        state.withLock { _ = $0.refreshTokens.insert(refreshToken) }
        return [
            "access_token": .string(accessToken), "id_token": .string(idToken), "token_type": "Bearer",
            "expires_in": .integer(300), "refresh_token": .string(refreshToken),
        ]
    }

    /// Keycloak's access token; what is given changes it, and a null takes a claim out.
    func accessToken(_ changes: [String: JSONValue] = [:], header: [String: JSONValue] = [:]) throws -> String {
        var claims = behaviour.person
        claims.merge(times(lifetime: 300)) { $1 }
        claims.merge(
            [
                "iss": .string(issuer), "aud": ["account", "bedel-api"], "azp": .string(Self.clientID), "typ": "Bearer",
                "sub": .string(behaviour.subject), "scope": "openid profile email",
                "realm_access": ["roles": ["offline_access", "teacher"]],
                "resource_access": ["bedel": ["roles": ["grader"]]],
            ]) { $1 }
        for (name, value) in changes { claims[name] = value == .null ? nil : value }
        var all = behaviour.signingKey.header
        for (name, value) in header { all[name] = value == .null ? nil : value }
        return try behaviour.signingKey.sign(claims, header: all)
    }

    func times(lifetime: Int64) -> [String: JSONValue] {
        let now = clock.now().seconds
        return ["iat": .integer(now), "exp": .integer(now + lifetime), "auth_time": .integer(now)]
    }

    func answer(_ answer: Behaviour.Answer, _ right: () -> JSONValue) async -> Response {
        switch answer {
        case .right: return json(right())
        case .status(let code): return json(["error": "server_error"], status: .init(code: code))
        case .text(let text): return Response(status: .ok, body: .init(byteBuffer: ByteBuffer(string: text)))
        case .redirect(let location): return Response(status: .found, headers: [.location: location])
        case .bulk(let count):
            return Response(status: .ok, body: .init(byteBuffer: ByteBuffer(repeating: 0, count: count)))
        case .compressed(let bytes):
            return Response(
                status: .ok, headers: [.contentType: "application/json", .contentEncoding: "gzip"],
                body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
        case .dripping: return Response(status: .ok, body: dripping())
        case .hanging:
            await hang()
            return json(right())
        }
    }

    private func dripping() -> ResponseBody {
        ResponseBody { [self] writer in
            while !state.withLock({ $0.isOver }) {
                try await writer.write(ByteBuffer(string: " "))
                // An answer that arrives too slowly has to take time.
                try await Task.sleep(for: .milliseconds(10))
            }
            try await writer.finish(nil)
        }
    }

    func json(_ value: JSONValue, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(string: value.text)))
    }
}
