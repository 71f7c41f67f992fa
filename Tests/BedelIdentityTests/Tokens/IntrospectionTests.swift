import BedelDomain
import Testing

@testable import BedelIdentity

/// Opaque access tokens, shown to a real introspection endpoint.
@Suite("Opaque access tokens (RFC 7662)")
struct IntrospectionTests {
    private static let token = HostileProvider.goodToken + "1"

    /// A provider that is to be asked, and somebody it knows.
    private func face(
        _ change: @escaping @Sendable (inout Behaviour) -> Void = { _ in }, parties: Set<String> = [],
        _ body: @escaping @Sendable (HostileProvider, Desk) async throws -> Void
    ) async throws {
        try await HostileProvider.run { provider in
            let configuration = try provider.configuration(parties: parties, introspects: true)
            try await Desk.open([configuration], clock: provider.clock) { desk in
                _ = try await desk.signInOnce()
                provider.change(change)
                try await body(provider, desk)
            }
        }
    }

    @Test func activeTokenLetsItsOwnerIn() async throws {
        try await face { provider, desk in
            let (principal, until) = try await desk.authenticator.authenticate(.bearer(Self.token))
            #expect(principal.login == "lucia.villagran")
            #expect(principal.proof == .providerToken)
            #expect(until == provider.clock.now() + .seconds(60))
        }
    }

    @Test func secretGoesInTheFormWhereTheProviderWantsIt() async throws {
        try await face({
            $0.metadata = ["introspection_endpoint_auth_methods_supported": ["client_secret_post"]]
        }) { provider, desk in
            provider.clock.advance(.seconds(600))
            _ = try await desk.authenticator.authenticate(.bearer(Self.token))
            #expect(provider.hits("discovery") == 2)
        }
    }

    @Test func oneQuestionServesEverybodyWhoAsks() async throws {
        try await face({ $0.introspection = .hanging }) { provider, desk in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<100 {
                    group.addTask { _ = try await desk.authenticator.authenticate(.bearer(Self.token)) }
                }
                await provider.untilSomebodyHangs()
                provider.change { $0.introspection = .right }
                provider.release()
                try await group.waitForAll()
            }
            #expect(provider.hits("introspect") == 1)
        }
    }

    @Test func answerIsKeptForAMinuteAndNeverBeyondItsEnd() async throws {
        try await face { provider, desk in
            for _ in 0..<10 { _ = try await desk.authenticator.authenticate(.bearer(Self.token)) }
            provider.clock.advance(.seconds(59))
            _ = try await desk.authenticator.authenticate(.bearer(Self.token))
            #expect(provider.hits("introspect") == 1)
            provider.change { $0.introspection = .text(#"{"active":false}"#) }
            provider.clock.advance(.seconds(1))
            await expectRefusal(.invalidToken, detail: "inactive") {
                try await desk.authenticator.authenticate(.bearer(Self.token))
            }
        }
        try await face { provider, desk in
            let end = provider.clock.now() + .seconds(20)
            provider.change { $0.introspected = ["exp": .integer(end.seconds)] }
            let (_, _) = try await desk.authenticator.authenticate(.bearer(Self.token))
            provider.clock.advance(.seconds(20))
            _ = try await desk.authenticator.authenticate(.bearer(Self.token))
            #expect(provider.hits("introspect") == 2)
            provider.clock.advance(.seconds(31))
            await expectRefusal(.expiredToken) { try await desk.authenticator.authenticate(.bearer(Self.token)) }
        }
    }

    @Test func badTokenIsRememberedForAMoment() async throws {
        try await face { provider, desk in
            let bad = "another-opaque-token"
            for _ in 0..<20 {
                await expectRefusal(.invalidToken, detail: "inactive") {
                    try await desk.authenticator.authenticate(.bearer(bad))
                }
            }
            #expect(provider.hits("introspect") == 1)
            provider.clock.advance(.seconds(10))
            await expectRefusal(.invalidToken) { try await desk.authenticator.authenticate(.bearer(bad)) }
            #expect(provider.hits("introspect") == 2)
        }
    }

    @Test(
        "what introspection may say and what it may not",
        arguments: [
            BadToken("active a string", "malformed", ["active": "true"]),
            BadToken("active missing", "malformed", ["active": .null]),
            BadToken("inactive, with everything else", "inactive", ["active": .bool(false)]),
            BadToken("refresh token (Keycloak)", "wrong-type", ["typ": "Refresh"]),
            BadToken("refresh token (token_type)", "wrong-type", ["typ": .null, "token_type": "refresh_token"]),
            BadToken("ID token", "wrong-type", ["typ": "ID"]),
            BadToken("logout token", "wrong-type", ["events": [:]]),
            BadToken("no type at all", "wrong-type", ["typ": .null, "token_type": .null]),
            BadToken("DPoP token", "wrong-type", ["token_type": "DPoP"]),
            BadToken("iss of another", "wrong-issuer", ["iss": "https://evil.example"]),
            BadToken("aud of another", "wrong-audience", ["aud": "account"]),
            BadToken("aud missing", "wrong-audience", ["aud": .null]),
            BadToken("azp and client_id differ", "wrong-party", ["client_id": "other"]),
            BadToken("client_id a list", "wrong-party", ["client_id": ["bedel"]]),
            BadToken("exp missing", "missing-expiry", ["exp": .null]),
            BadToken("exp a string", "malformed", ["exp": "1999999999"]),
            BadToken("lives too long", "lives-too-long", ["exp": 1_900_000_000]),
            BadToken("nbf in the future", "not-yet-valid", ["nbf": 1_900_000_000]),
            BadToken("bound to a key (cnf)", "sender-constrained", ["cnf": ["jkt": "x"]]),
            BadToken("sub missing", "wrong-subject", ["sub": .null]),
            BadToken("sub of a stranger", "unknown-user", ["sub": "a-stranger"]),
        ])
    func tokenThatIsNoneIsRefused(_ bad: BadToken) async throws {
        try await face({ $0.introspected = bad.claims }) { _, desk in
            await expectRefusal(.invalidToken, detail: bad.fault) {
                try await desk.authenticator.authenticate(.bearer(Self.token))
            }
        }
    }

    @Test func issuerAndIssueTimeMayBeLeftOut() async throws {
        try await face({
            $0.introspected = ["iss": .null, "iat": .null, "azp": .null, "client_id": .null, "typ": .null]
        }) { _, desk in
            await expectAdmission { try await desk.authenticator.authenticate(.bearer(Self.token)) }
        }
    }

    @Test func onlyTheApplicationsThatAreNamedCount() async throws {
        try await face(parties: ["gradebook"]) { provider, desk in
            await expectRefusal(detail: "wrong-party") {
                try await desk.authenticator.authenticate(.bearer(Self.token))
            }
            let token = try provider.accessToken()
            await expectRefusal(detail: "wrong-party") { try await desk.authenticator.authenticate(.bearer(token)) }
            let named = try provider.accessToken(["azp": "gradebook"])
            await expectAdmission { try await desk.authenticator.authenticate(.bearer(named)) }
            let standard = try provider.accessToken(["azp": .null, "client_id": "gradebook"])
            await expectAdmission { try await desk.authenticator.authenticate(.bearer(standard)) }
            let torn = try provider.accessToken(["azp": "gradebook", "client_id": "bedel"])
            await expectRefusal(detail: "wrong-party") { try await desk.authenticator.authenticate(.bearer(torn)) }
        }
    }

    @Test(
        "an endpoint that does not answer as it should is away, and is left alone for a moment",
        arguments: [
            Behaviour.Answer.status(401), .status(500), .text("<html>"), .text("[]"), .redirect("/canary"),
            .bulk(2 << 20),
        ])
    func providerThatIsAwayIsSaidToBeSo(_ answer: Behaviour.Answer) async throws {
        try await face { provider, desk in
            let (known, new) = (Self.token, HostileProvider.goodToken + "2")
            _ = try await desk.authenticator.authenticate(.bearer(known))
            provider.change { $0.introspection = answer }
            for _ in 0..<20 {
                await expectRefusal(.providerUnavailable) { try await desk.authenticator.authenticate(.bearer(new)) }
            }
            #expect(provider.hits("introspect") == 2)
            #expect(provider.hits("canary") == 0)
            await expectAdmission { try await desk.authenticator.authenticate(.bearer(known)) }
            provider.change { $0.introspection = .right }
            provider.clock.advance(.seconds(2))
            await expectAdmission { try await desk.authenticator.authenticate(.bearer(new)) }
        }
    }

    @Test(arguments: [
        "short", "has a space in the middle", "has-a-\u{7}-control-character", "has-a-letter-ñ-in-it",
        String(repeating: "a", count: 4097), "bdl_looks_like_one_of_ours",
    ])
    func whatCannotBeATokenIsShownToNobody(text: String) async throws {
        try await face { provider, desk in
            await expectRefusal(.invalidToken) { try await desk.authenticator.authenticate(.bearer(text)) }
            #expect(provider.hits("introspect") == 0)
        }
    }

    @Test func withoutTheSwitchNobodyIsAsked() async throws {
        try await HostileProvider.face { provider, desk in
            await expectRefusal(.invalidToken) { try await desk.authenticator.authenticate(.bearer(Self.token)) }
            #expect(provider.hits("introspect") == 0)
        }
    }

    @Test func onlyOneProviderWithASecretCanBeAsked() throws {
        func provider(_ host: String, secret: String? = "s", audiences: Set<String> = ["a"]) throws
            -> ProviderConfiguration
        {
            try ProviderConfiguration(
                issuer: "https://\(host)", clientID: "b", clientSecret: secret, adminGroup: nil,
                accessTokenAudiences: audiences, introspectsTokens: true)
        }
        #expect(throws: BedelError.self) { try provider("a.example", secret: nil) }
        #expect(throws: BedelError.self) { try provider("a.example", audiences: []) }
        let (one, other) = (try provider("a.example"), try provider("b.example"))
        #expect(throws: BedelError.self) {
            try IdentityConfiguration(base: "http://localhost:8080", providers: [one, other])
        }
    }
}
