import BedelDomain
import OpenSSL
import Testing

@testable import BedelIdentity

/// Fetching keys and metadata over real connections.
@Suite("A provider's keys and metadata")
struct KeyFetchTests {
    @Test("oidcc-client-test-signing-key-rotation")
    func newKeyIsAcceptedAtOnceWithOneFetch() async throws {
        try await HostileProvider.face { provider, desk in
            _ = try await desk.signInOnce()
            provider.change { $0.signingKey = .otherRSA }
            _ = try await desk.signInOnce()
            #expect(provider.hits("certs") == 2)
        }
    }

    @Test("oidcc-client-test-signing-key-rotation-just-before-signing")
    func sameNameNewMaterialIsAcceptedAfterOneFetch() async throws {
        try await HostileProvider.face { provider, desk in
            _ = try await desk.signInOnce()
            provider.change { $0.signingKey = TestKey.otherRSA.named("rsa-1") }
            _ = try await desk.signInOnce()
            #expect(provider.hits("certs") == 2)
        }
    }

    @Test func withdrawnKeyIsRefusedAfterTheSetIsRefreshed() async throws {
        try await HostileProvider.face { provider, desk in
            _ = try await desk.signInOnce()
            provider.change { $0.published = [.object(TestKey.otherRSA.members)] }
            provider.clock.advance(.seconds(600))
            await expectRefusal(detail: "unknown-key") { try await desk.signInOnce() }
        }
    }

    @Test("10,000 random kids cost one fetch a window")
    func stormOfUnknownKeysCostsOneFetchAWindow() async throws {
        try await HostileProvider.face { provider, desk in
            _ = try await desk.signInOnce()
            let good = try provider.accessToken()
            let parts = good.split(separator: ".")
            for number in 0..<10_000 {
                let header = #"{"alg":"RS256","kid":"random-\#(number)"}"#
                let token = "\(Base64.urlEncoded(Array(header.utf8))).\(parts[1]).\(parts[2])"
                await expectRefusal(.invalidToken) { try await desk.authenticator.authenticate(.bearer(token)) }
            }
            #expect(provider.hits("certs") == 2)
            await expectAdmission { try await desk.authenticator.authenticate(.bearer(good)) }
            provider.clock.advance(.seconds(30))
            for _ in 0..<100 {
                let token = try provider.accessToken(header: ["kid": "unknown"])
                await expectRefusal(.invalidToken) { try await desk.authenticator.authenticate(.bearer(token)) }
            }
            #expect(provider.hits("certs") == 3)
        }
    }

    @Test func validUsersDoNotWaitForAFetchThatHangs() async throws {
        try await HostileProvider.face { provider, desk in
            _ = try await desk.signInOnce()
            let good = try provider.accessToken()
            let stranger = try provider.accessToken(header: ["kid": "unknown"])
            provider.change { $0.keys = .hanging }
            async let refused = refusal { try await desk.authenticator.authenticate(.bearer(stranger)) }
            await provider.untilSomebodyHangs()
            for _ in 0..<100 { _ = try await desk.authenticator.authenticate(.bearer(good)) }
            provider.change { $0.keys = .right }
            provider.release()
            #expect(await refused?.code == .invalidToken)
        }
    }

    @Test(
        "a key set that cannot be had keeps the old one",
        arguments: [
            Behaviour.Answer.status(404), .status(500), .text("<html>"), .text(#"{"keys":"#), .text(#"{"keys":1}"#),
            .redirect("/canary"), .bulk(50 << 20),
        ])
    func failedFetchKeepsTheOldSet(_ answer: Behaviour.Answer) async throws {
        try await HostileProvider.face { provider, desk in
            _ = try await desk.signInOnce()
            provider.change { $0.keys = answer }
            provider.clock.advance(.seconds(3600))
            _ = try await desk.signInOnce()
            #expect(provider.hits("certs") == 2)
            #expect(provider.hits("canary") == 0)
        }
    }

    @Test func withoutAnyKeysTheProviderIsAway() async throws {
        try await HostileProvider.face({ $0.keys = .status(500) }) { provider, desk in
            await expectRefusal(.providerUnavailable) { try await desk.signInOnce() }
            provider.change { $0.keys = .right }
            await expectRefusal(.providerUnavailable) { try await desk.signInOnce() }
            provider.clock.advance(.seconds(2))
            await expectAdmission { try await desk.signInOnce() }
        }
    }

    @Test func providerThatIsAwayIsNotHammered() async throws {
        try await HostileProvider.face({ $0.discovery = .status(503) }) { provider, desk in
            for _ in 0..<50 {
                await expectRefusal(.providerUnavailable) { try await desk.signIn.begin(returnTo: "/") }
            }
            #expect(provider.hits("discovery") == 1)
        }
    }

    @Test func sessionsGoOnWhileTheProviderIsAway() async throws {
        try await HostileProvider.face { provider, desk in
            let signedIn = try await desk.signInOnce()
            provider.change {
                $0.discovery = .status(503)
                $0.keys = .status(503)
            }
            provider.clock.advance(.seconds(7200))
            let principal = try await desk.principal(of: signedIn)
            #expect(principal.login == "lucia.villagran")
        }
    }

    @Test func answerThatNeverEndsIsGivenUp() async throws {
        let timing = IdentityConfiguration.Timing(patience: .milliseconds(200))
        try await HostileProvider.face({ $0.discovery = .hanging }, timing: timing) { _, desk in
            await expectRefusal(.providerUnavailable) { try await desk.signIn.begin(returnTo: "/") }
        }
    }

    @Test("oidcc-client-test-discovery-issuer-mismatch", arguments: ["https://evil.example", "", "HTTP://127.0.0.1/"])
    func metadataInAnothersNameIsRefused(issuer: String) async throws {
        try await refuses(["issuer": .string(issuer)])
    }

    @Test(
        arguments: [
            ["jwks_uri": .null], ["token_endpoint": .null], ["authorization_endpoint": .null],
            ["token_endpoint": "http://evil.example/token"], ["authorization_endpoint": "javascript:alert(1)"],
            ["jwks_uri": "file:///etc/passwd"], ["userinfo_endpoint": "http://127.0.0.1@evil.example/"],
            ["jwks_uri": 7],
        ] as [[String: JSONValue]])
    func metadataWithAnEndpointNobodyShouldTrustIsRefused(changes: [String: JSONValue]) async throws {
        try await refuses(changes)
    }

    @Test("jku, x5u, x5c and jwk in a token's header are not looked at")
    func keysOfferedByATokenAreNotFetched() async throws {
        try await HostileProvider.face { provider, desk in
            _ = try await desk.signInOnce()
            let canary = "http://127.0.0.1:\(provider.port)/canary"
            let attacker = TestKey.otherRSA
            let offers: [[String: JSONValue]] = [
                ["jku": .string(canary)], ["x5u": .string(canary)],
                ["x5c": ["MIIB"]], ["jwk": .object(attacker.members)],
            ]
            for header in offers {
                provider.change {
                    $0.signingKey = attacker.named("rsa-1")
                    $0.published = [.object(TestKey.rsa.members)]
                }
                let token = try provider.accessToken(header: header)
                await expectRefusal(detail: "bad-signature") {
                    try await desk.authenticator.authenticate(.bearer(token))
                }
            }
            #expect(provider.hits("canary") == 0)
        }
    }

    private func refuses(_ changes: [String: JSONValue]) async throws {
        try await HostileProvider.face({ $0.metadata = changes }) { _, desk in
            await expectRefusal(.providerUnavailable) { try await desk.signIn.begin(returnTo: "/") }
        }
    }
}

extension JSONValue: ExpressibleByIntegerLiteral {
    public init(integerLiteral value: Int64) { self = .integer(value) }
}
