import BedelDomain
import Testing

@testable import BedelIdentity

@Suite("Userinfo as a signed JWT (OpenID Connect Core, section 5.3.2)")
struct SignedUserinfoTests {
    @Test func signedUserinfoFillsWhatTheIDTokenLeavesOut() async throws {
        try await HostileProvider.face({
            $0.person = ["preferred_username": "lucia.villagran", "sid": "sid-1"]
            $0.userinfoClaims = ["groups": ["ml-2026-students"], "name": "Lucía", "email": "l@uni.example"]
            $0.signedUserinfo = [:]
        }) { _, desk in
            let principal = try await desk.enter()
            #expect(principal.groups == ["ml-2026-students"])
            #expect(principal.name == "Lucía")
        }
    }

    @Test func issuerAndAudienceMayBeLeftOut() throws {
        let token = VerifiedToken(type: "jwt", claims: ["sub": "s"])
        try UserinfoRules(issuer: "https://id.example", clientID: "bedel").check(token)
    }

    @Test(
        "signed userinfo that is none",
        arguments: [
            BadToken("of somebody else", "userinfo-of-another", ["sub": "somebody-else"]),
            BadToken("in another's name", "wrong-issuer", ["iss": "https://evil.example"]),
            BadToken("for another", "wrong-audience", ["aud": "gradebook"]),
            BadToken("an access token", "wrong-type", ["typ": "Bearer"]),
            BadToken("an ID token", "wrong-type", ["typ": "ID"]),
            BadToken("a logout token", "wrong-type", ["events": [:]]),
            BadToken("at+jwt", "wrong-type", header: ["typ": "at+jwt"]),
            BadToken("alg none", "algorithm-not-allowed", header: ["alg": "none"]),
            BadToken("by a key nobody knows", "unknown-key", header: ["kid": "x"]),
        ])
    func signedUserinfoThatIsNoneIsRefused(_ bad: BadToken) async throws {
        try await HostileProvider.face({
            $0.person = ["preferred_username": "lucia.villagran", "sid": "sid-1"]
            $0.userinfoClaims = bad.claims.merging(["groups": ["bedel-admins"]]) { given, _ in given }
            $0.signedUserinfo = bad.header
        }) { _, desk in
            _ = await refusal { try await desk.signInOnce() }
            #expect(await desk.house.sessionCount == 0)
            let last = await desk.house.events.last
            #expect([last?.reason, last?.facts["detail"]].contains(bad.fault))
        }
    }
}
