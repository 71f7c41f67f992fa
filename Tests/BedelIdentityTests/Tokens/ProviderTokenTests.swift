import BedelDomain
import OpenSSL
import Testing

@testable import BedelIdentity

@Suite("A provider's access tokens, and other Authorization headers")
struct ProviderTokenTests {
    @Test func keycloaksAccessTokenLetsAKnownPersonIn() async throws {
        try await HostileProvider.face { provider, desk in
            let user = try await desk.enter().user
            let token = try provider.accessToken()
            let answer = try await desk.authenticator.authenticate(.bearer(token))
            #expect(answer.principal.user == user)
            #expect(answer.principal.proof == .providerToken)
            #expect(answer.until == provider.clock.now() + .seconds(60))
        }
    }

    @Test func standardAccessTokenLetsAKnownPersonIn() async throws {
        try await accepts(["typ": .null], header: ["typ": "at+jwt"])
        try await accepts(["typ": .null], header: ["typ": "application/AT+JWT"])
    }

    @Test func strangerIsToldToSignInOnce() async throws {
        try await HostileProvider.face { provider, desk in
            _ = try await desk.enter()
            let token = try provider.accessToken(["sub": "a-stranger"])
            await expectRefusal(.invalidToken, detail: "unknown-user") {
                try await desk.authenticator.authenticate(.bearer(token))
            }
        }
    }

    @Test(
        "an access token that is none",
        arguments: [
            BadToken("ID token (Keycloak)", "wrong-type", ["typ": "ID"]),
            BadToken("ID token (no typ claim, as Canaille's)", "wrong-type", ["typ": .null]),
            BadToken("refresh token", "wrong-type", ["typ": "Refresh"]),
            BadToken("offline token", "wrong-type", ["typ": "Offline"]),
            BadToken("logout token", "wrong-type", ["typ": "Logout"]),
            BadToken("logout+jwt", "wrong-type", header: ["typ": "logout+jwt"]),
            BadToken("ID token typed at+jwt", "wrong-type", ["typ": "ID"], header: ["typ": "at+jwt"]),
            BadToken("typ not a string", "wrong-type", ["typ": 7]),
            BadToken("security event", "wrong-type", ["events": [:]]),
            BadToken("iss of another", "unknown-issuer", ["iss": "https://evil.example"]),
            BadToken("iss missing", "unknown-issuer", ["iss": .null]),
            BadToken("iss a list", "unknown-issuer", ["iss": ["x"]]),
            BadToken("aud of another", "wrong-audience", ["aud": "account"]),
            BadToken("aud missing", "wrong-audience", ["aud": .null]),
            BadToken("aud an object", "wrong-audience", ["aud": ["bedel-api": .bool(true)]]),
            BadToken("aud with a number in it", "wrong-audience", ["aud": ["bedel-api", 7]]),
            BadToken(
                "aud of a thousand", "wrong-audience",
                ["aud": .strings(["bedel-api"] + Array(repeating: "x", count: 999))]),
            BadToken("exp missing", "missing-expiry", ["exp": .null]),
            BadToken("exp negative", "malformed", ["exp": -1]),
            BadToken("exp a list", "malformed", ["exp": ["x"]]),
            BadToken("iat in the future", "not-yet-valid", ["iat": 1_772_356_600]),
            BadToken("exp a string", "malformed", ["exp": "1999999999"]),
            BadToken("exp beyond all dates", "malformed", ["exp": .number(1e300)]),
            BadToken("iat missing", "missing-issue-time", ["iat": .null]),
            BadToken("lives too long", "lives-too-long", ["exp": 1_900_000_000]),
            BadToken("nbf in the future", "not-yet-valid", ["nbf": 1_900_000_000]),
            BadToken("bound to a key (cnf)", "sender-constrained", ["cnf": ["jkt": "x"]]),
            BadToken("sub missing", "wrong-subject", ["sub": .null]),
            BadToken("sub empty", "wrong-subject", ["sub": ""]),
            BadToken("sub a list", "wrong-subject", ["sub": ["x"]]),
            BadToken("sub of 10 KiB", "wrong-subject", ["sub": .string(String(repeating: "a", count: 10_240))]),
            BadToken("sub with a control character", "wrong-subject", ["sub": "a\u{7}b"]),
            // Not taken apart at an @: it is one name, of somebody nobody knows.
            BadToken("sub user@a@b", "unknown-user", ["sub": "lucia@uni.example@evil.example"]),
            BadToken("sub with a look-alike letter", "wrong-subject", ["sub": "\u{430}dmin"]),
            BadToken("crit", "critical-header", header: ["crit": ["exp"]]),
            BadToken("crit of an extension", "critical-header", header: ["crit": ["x"], "x": 1]),
            BadToken("crit empty", "critical-header", header: ["crit": []]),
            BadToken("b64 false", "critical-header", header: ["b64": .bool(false)]),
            BadToken("alg none", "algorithm-not-allowed", header: ["alg": "none"]),
            BadToken("alg None", "algorithm-not-allowed", header: ["alg": "None"]),
            BadToken("alg NONE", "algorithm-not-allowed", header: ["alg": "NONE"]),
            BadToken("alg empty", "algorithm-not-allowed", header: ["alg": ""]),
            BadToken("alg a list", "algorithm-not-allowed", header: ["alg": ["RS256"]]),
            BadToken("alg nOnE", "algorithm-not-allowed", header: ["alg": "nOnE"]),
            BadToken("alg absent", "algorithm-not-allowed", header: ["alg": .null]),
            BadToken("alg a number", "algorithm-not-allowed", header: ["alg": 7]),
            BadToken("alg HS256", "algorithm-not-allowed", header: ["alg": "HS256"]),
            BadToken("alg PS256 with a key for RS256", "bad-signature", header: ["alg": "PS256"]),
            BadToken("alg ES256 with an RSA key", "bad-signature", header: ["alg": "ES256"]),
            BadToken("kid a path", "unknown-key", header: ["kid": "../../dev/null"]),
            BadToken("kid a process's environment", "unknown-key", header: ["kid": "/proc/self/environ"]),
            BadToken("kid a command", "unknown-key", header: ["kid": ";id"]),
            BadToken("kid NUL", "not-json", header: ["kid": "rsa-1\u{0}"]),
            BadToken("kid of 64 KiB", "too-large", header: ["kid": .string(String(repeating: "k", count: 65_536))]),
            BadToken("kid SQL", "unknown-key", header: ["kid": "' OR 1=1--"]),
            BadToken("kid a number", "malformed", header: ["kid": 1]),
            BadToken("kid of 4 KiB", "malformed", header: ["kid": .string(String(repeating: "k", count: 4096))]),
        ])
    func accessTokenThatIsNoneIsRefused(_ bad: BadToken) async throws {
        try await HostileProvider.face { provider, desk in
            _ = try await desk.enter()
            let token = try provider.accessToken(bad.claims, header: bad.header)
            await expectRefusal(.invalidToken, detail: bad.fault) {
                try await desk.authenticator.authenticate(.bearer(token))
            }
        }
    }

    @Test func expiredAccessTokenIsCalledExpired() async throws {
        try await HostileProvider.face { provider, desk in
            _ = try await desk.enter()
            let token = try provider.accessToken()
            provider.clock.advance(.seconds(331))
            await expectRefusal(.expiredToken) { try await desk.authenticator.authenticate(.bearer(token)) }
        }
    }

    @Test func kidMayBeAbsentWithOneKeyButNotWithTwo() async throws {
        try await HostileProvider.face { provider, desk in
            _ = try await desk.enter()
            let token = try provider.accessToken(header: ["kid": .null])
            await expectAdmission { try await desk.authenticator.authenticate(.bearer(token)) }
            provider.change { $0.published = [.object(TestKey.rsa.members), .object(TestKey.otherRSA.members)] }
            provider.clock.advance(.seconds(600))
            let later = try provider.accessToken(header: ["kid": .null])
            await expectRefusal(detail: "unknown-key") { try await desk.authenticator.authenticate(.bearer(later)) }
        }
    }

    @Test(
        "a header that is no token",
        arguments: [
            "a", "a.b", "a.b.c.d", "a.b.c.d.e", "a..c", " a.b.c", "a.b.c ", "", " ", ".", "..", "...", "a.b.c",
            "e30.e30.e30", "Bearer x", "bdl_", "{}", "a b", "\u{0}",
            #"{"payload":"e30","signatures":[]}"#,
        ])
    func headerThatIsNoTokenIsRefused(text: String) async throws {
        try await HostileProvider.face { provider, desk in
            await expectRefusal(.invalidToken) { try await desk.authenticator.authenticate(.bearer(text)) }
            await expectRefusal(.invalidToken) {
                try await desk.authenticator.authenticate(.basic(user: "git", password: text))
            }
            #expect(provider.hits("discovery") == 0)
        }
    }

    @Test func headerOfAMegabyteIsRefusedUnread() async throws {
        try await HostileProvider.face { _, desk in
            for text in [String(repeating: "a", count: 65_536), String(repeating: "a.", count: 500_000)] {
                await expectRefusal(.invalidToken, detail: "too-large") {
                    try await desk.authenticator.authenticate(.bearer(text))
                }
            }
        }
    }

    @Test func secondSpellingOfATokenIsRefused() async throws {
        try await HostileProvider.face { provider, desk in
            _ = try await desk.enter()
            let token = try provider.accessToken()
            for changed in [token + "=", token + "\n", token + "A", " " + token, token.replacing(".", with: "..")] {
                await expectRefusal(.invalidToken) { try await desk.authenticator.authenticate(.bearer(changed)) }
            }
        }
    }

    @Test func tokenIsNotTakenFromAProviderThatIsToGiveNone() async throws {
        try await HostileProvider.run { provider in
            let silent = try ProviderConfiguration(
                issuer: provider.issuer, clientID: HostileProvider.clientID, clientSecret: HostileProvider.clientSecret,
                adminGroup: nil)
            try await Desk.open([silent], clock: provider.clock) { desk in
                _ = try await desk.enter()
                let token = try provider.accessToken()
                await expectRefusal(detail: "unknown-issuer") {
                    try await desk.authenticator.authenticate(.bearer(token))
                }
            }
        }
    }

    private func accepts(_ claims: [String: JSONValue], header: [String: JSONValue]) async throws {
        try await HostileProvider.face { provider, desk in
            _ = try await desk.enter()
            let token = try provider.accessToken(claims, header: header)
            await expectAdmission { try await desk.authenticator.authenticate(.bearer(token)) }
        }
    }
}

struct BadToken: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let fault: String
    let claims: [String: JSONValue]
    let header: [String: JSONValue]

    init(_ name: String, _ fault: String, _ claims: [String: JSONValue] = [:], header: [String: JSONValue] = [:]) {
        testDescription = name
        self.fault = fault
        self.claims = claims
        self.header = header
    }
}
