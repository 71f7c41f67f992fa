import BedelDomain
import OpenSSL
import Testing

@testable import BedelIdentity

@Suite("Signing in")
struct SignInTests {
    @Test("oidcc-client-test")
    func wholeWayIn() async throws {
        try await HostileProvider.face { provider, desk in
            let signedIn = try await desk.signInOnce(returnTo: "/profiles/ml-2026?tab=models")
            #expect(signedIn.returnTo == "/profiles/ml-2026?tab=models")
            let principal = try await desk.principal(of: signedIn)
            #expect(principal.login == "lucia.villagran")
            #expect(principal.name == "Lucía Villagrán Yáñez")
            #expect(principal.email == "lucia@alumnos.uni.example")
            #expect(principal.groups == ["ml-2026-students"])
            #expect(!principal.isAdmin)
            guard case .session = principal.proof else {
                Issue.record("the proof is \(principal.proof)")
                return
            }
            #expect(await desk.house.events.map(\.action) == ["sign-in.succeeded"])
            #expect(await desk.house.events.first?.remoteAddress == "192.0.2.7")
        }
    }

    @Test("oidcc-client-test-scope-userinfo-claims, -userinfo-bearer-header")
    func userinfoFillsWhatTheIDTokenLeavesOut() async throws {
        try await HostileProvider.face({
            $0.person = ["sid": "sid-1"]
            $0.userinfoClaims = [
                "preferred_username": "maria", "name": "María", "email": "m@uni.example", "groups": ["bedel-admins"],
            ]
        }) { provider, desk in
            let principal = try await desk.enter()
            #expect(principal.login == "maria")
            #expect(principal.isAdmin)
            #expect(provider.hits("userinfo") == 1)
        }
    }

    @Test("oidcc-client-test-userinfo-invalid-sub")
    func userinfoOfSomebodyElseIsRefused() async throws {
        try await expect(.signInFailed, "userinfo-of-another") {
            $0.person = [:]
            $0.userinfoClaims = ["sub": "somebody-else", "groups": ["bedel-admins"]]
        }
    }

    @Test func signInFailsWhenUserinfoIsNeededAndAway() async throws {
        try await expect(.providerUnavailable, "provider-unavailable") {
            $0.person = [:]
            $0.userinfo = .status(503)
        }
    }

    @Test(
        "oidcc-client-test-idtoken-sig-rs256, PS256, ES256, EdDSA",
        arguments: ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "EdDSA"])
    func everyAsymmetricAlgorithmSignsIn(name: String) async throws {
        let algorithm = try #require(SignatureAlgorithm(rawValue: name))
        let key = [TestKey.rsa, .ec, .ed].first { algorithm.accepts($0.key.publicKey.kind) }
        let signingKey = try #require(key).using(algorithm)
        try await HostileProvider.face({ $0.signingKey = signingKey }) { _, desk in
            let principal = try await desk.enter()
            #expect(principal.login == "lucia.villagran")
        }
    }

    @Test(
        "a bad ID token",
        arguments: [
            BadIDToken("oidcc-client-test-idtoken-sig-none", "algorithm-not-allowed") { $0.spoil = Spoil.unsigned },
            BadIDToken("oidcc-client-test-invalid-sig-rs256", "bad-signature") { $0.spoil = Spoil.flipSignature },
            BadIDToken("oidcc-client-test-invalid-sig-es256", "bad-signature") {
                $0.signingKey = .ec
                $0.spoil = Spoil.flipSignature
            },
            BadIDToken("oidcc-client-test-invalid-sig-hs256", "algorithm-not-allowed") { $0.header = ["alg": "HS256"] },
            BadIDToken("oidcc-client-test-invalid-iss", "wrong-issuer") {
                $0.idToken = ["iss": "https://evil.example"]
            },
            BadIDToken("oidcc-client-test-missing-iss", "wrong-issuer") { $0.idToken = ["iss": .null] },
            BadIDToken("oidcc-client-test-invalid-aud", "wrong-audience") { $0.idToken = ["aud": "another"] },
            BadIDToken("oidcc-client-test-missing-aud", "wrong-audience") { $0.idToken = ["aud": .null] },
            BadIDToken("oidcc-client-test-missing-iat", "missing-issue-time") { $0.idToken = ["iat": .null] },
            BadIDToken("oidcc-client-test-missing-sub", "wrong-subject") { $0.idToken = ["sub": .null] },
            BadIDToken("oidcc-client-test-nonce-invalid", "wrong-nonce") { $0.idToken = ["nonce": "another"] },
            BadIDToken("nonce missing", "wrong-nonce") { $0.idToken = ["nonce": .null] },
            BadIDToken("azp of another client", "wrong-party") { $0.idToken = ["azp": "another"] },
            BadIDToken("many audiences and no azp", "wrong-party") {
                $0.idToken = ["aud": ["bedel", "another"], "azp": .null]
            },
            BadIDToken("exp missing", "missing-expiry") { $0.idToken = ["exp": .null] },
            BadIDToken("access token in its place", "wrong-type") { $0.idToken = ["typ": "Bearer"] },
            BadIDToken("refresh token in its place", "wrong-type") { $0.idToken = ["typ": "Refresh"] },
            BadIDToken("logout token in its place", "wrong-type") { $0.idToken = ["typ": "Logout"] },
            BadIDToken("logout+jwt", "wrong-type") { $0.header = ["typ": "logout+jwt"] },
            BadIDToken("at+jwt", "wrong-type") { $0.header = ["typ": "at+jwt"] },
            BadIDToken("events", "wrong-type") {
                $0.idToken = ["events": ["http://schemas.openid.net/event/backchannel-logout": [:]]]
            },
            BadIDToken("at_hash of another access token", "wrong-access-token-hash") {
                $0.idToken = ["at_hash": "AAAA"]
            },
            BadIDToken("groups as a string", "malformed") { $0.person["groups"] = "bedel-admins" },
            BadIDToken("crit", "critical-header") { $0.header = ["crit": ["exp"]] },
            BadIDToken("two segments", "malformed") { $0.spoil = { String($0.prefix { $0 != "." }) + ".e30" } },
            BadIDToken("JWE", "malformed") { $0.spoil = { $0 + ".a.b" } },
        ])
    func badIDTokenIsRefused(_ bad: BadIDToken) async throws {
        try await HostileProvider.face(bad.change) { _, desk in
            let refused = await refusal { try await desk.signInOnce() }
            #expect(refused?.code == .signInFailed)
            #expect(refused?.detail == bad.fault)
            #expect(await desk.house.sessionCount == 0)
            #expect(await desk.house.reasons(of: "sign-in.failed") == ["bad-token"])
        }
    }

    @Test func timesAreCheckedWithTheLeewayAndNoMore() async throws {
        try await HostileProvider.face { provider, desk in
            let now = provider.clock.now().seconds
            let cases: [(claims: [String: JSONValue], fault: String?)] = [
                (["exp": .integer(now - 29)], nil), (["exp": .integer(now - 31)], "expired"),
                (["iat": .integer(now + 29)], nil), (["iat": .integer(now + 31)], "not-yet-valid"),
                (["nbf": .integer(now + 31)], "not-yet-valid"), (["exp": .string(String(now + 60))], "malformed"),
                (["exp": .number(1e300)], "malformed"), (["exp": .integer(-1)], "malformed"),
                (["exp": ["x"]], "malformed"),
                (["exp": .number(2.0e9)], nil),
            ]
            for (claims, fault) in cases {
                provider.change { $0.idToken = claims }
                let refused = await refusal { try await desk.signInOnce() }
                #expect(refused?.detail == fault, "\(claims)")
            }
        }
    }

    @Test(
        "a token endpoint that fails",
        arguments: [
            (Behaviour.Answer.status(500), BedelError.Code.providerUnavailable), (.status(400), .signInFailed),
            (.text("<html>"), .signInFailed), (.text("{}"), .signInFailed), (.redirect("/canary"), .signInFailed),
            (.bulk(2 << 20), .providerUnavailable),
            (.text(#"{"id_token":"a","access_token":"b","token_type":"mac"}"#), .signInFailed),
        ])
    func tokenEndpointThatFails(_ answer: Behaviour.Answer, _ code: BedelError.Code) async throws {
        try await HostileProvider.face({ $0.token = answer }) { provider, desk in
            await expectRefusal(code) { try await desk.signInOnce() }
            #expect(provider.hits("canary") == 0)
            #expect(await desk.house.reasons(of: "sign-in.failed").count == 1)
        }
    }

    @Test func clientWithoutBasicAuthenticationPostsItsSecret() async throws {
        try await HostileProvider.face({
            $0.metadata = ["token_endpoint_auth_methods_supported": ["client_secret_post"]]
        }) {
            let principal = try await $1.enter()
            #expect(principal.login == "lucia.villagran")
        }
    }

    @Test func adminIsWhoIsInTheAdminGroup() async throws {
        try await HostileProvider.face({ $0.person["groups"] = ["x", "bedel-admins"] }) { _, desk in
            let principal = try await desk.enter()
            #expect(principal.isAdmin)
        }
    }

    @Test func adminGroupTakenAwayIsNoticedAtTheNextSignIn() async throws {
        try await HostileProvider.face({ $0.person["groups"] = ["bedel-admins"] }) { provider, desk in
            let first = try await desk.signInOnce()
            let before = try await desk.principal(of: first)
            #expect(before.isAdmin)
            provider.change { $0.person["groups"] = [] }
            _ = try await desk.signInOnce()
            let later = try await desk.principal(of: first)
            #expect(!later.isAdmin)
        }
    }

    @Test func keycloakRolesBecomeGroupsWithAPrefix() async throws {
        let claims: @Sendable (inout Behaviour) -> Void = {
            $0.person["realm_access"] = ["roles": ["teacher"]]
            $0.person["resource_access"] = ["bedel": ["roles": ["grader"]], "other": ["roles": ["bedel-admins"]]]
        }
        try await HostileProvider.face(claims, claims: .keycloak(client: "bedel")) { _, desk in
            let principal = try await desk.enter()
            #expect(principal.groups == ["ml-2026-students", "role:bedel:grader", "role:teacher"])
            #expect(!principal.isAdmin)
        }
    }

    @Test func realmAccessThatIsNullIsNone() async throws {
        try await HostileProvider.face({ $0.person["realm_access"] = .null }, claims: .keycloak(client: "bedel")) {
            _, desk in
            let principal = try await desk.enter()
            #expect(principal.groups == ["ml-2026-students"])
        }
    }

    @Test func sameSubjectAtTwoIssuersIsTwoUsers() async throws {
        try await HostileProvider.face { _, first in
            let one = try await first.enter()
            try await HostileProvider.face { _, second in
                let other = try await second.enter()
                #expect(one.user != other.user)
            }
            let again = try await first.enter()
            #expect(again.user == one.user)
        }
    }

    private func expect(
        _ code: BedelError.Code, _ reason: String, _ change: @escaping @Sendable (inout Behaviour) -> Void
    ) async throws {
        try await HostileProvider.face(change) { _, desk in
            await expectRefusal(code) { try await desk.signInOnce() }
            #expect(await desk.house.sessionCount == 0)
            #expect(await desk.house.reasons(of: "sign-in.failed") == [reason])
        }
    }
}

struct BadIDToken: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let fault: String
    let change: @Sendable (inout Behaviour) -> Void

    init(_ name: String, _ fault: String, _ change: @escaping @Sendable (inout Behaviour) -> Void) {
        testDescription = name
        self.fault = fault
        self.change = change
    }
}

/// What can be done to a signed token.
enum Spoil {
    @Sendable static func unsigned(_ token: String) -> String {
        let payload = token.split(separator: ".")[1]
        return Base64.urlEncoded(Array(#"{"alg":"none"}"#.utf8)) + ".\(payload).AA"
    }

    @Sendable static func flipSignature(_ token: String) -> String {
        let parts = token.split(separator: ".")
        var signature = Base64.urlDecoded(parts[2]) ?? []
        signature[signature.count / 2] ^= 1
        return "\(parts[0]).\(parts[1])." + Base64.urlEncoded(signature)
    }
}
