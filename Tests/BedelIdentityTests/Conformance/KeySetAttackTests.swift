import BedelDomain
import Subprocess
import SystemPackage
import Testing

@testable import BedelIdentity

/// Answers that are no key set, or cost more to read than they are worth.
@Suite("Key sets that attack whoever fetches them")
struct KeySetAttackTests {
    @Test("a gzip bomb is not unpacked, and what is inside is not believed")
    func compressedAnswerIsNotUnpacked() async throws {
        let keys = JSONValue.object(["keys": [.object(TestKey.otherRSA.members)]]).text
        // Blanks are no part of what JSON says: whoever unpacks this finds an attacker's key behind 64 MiB of nothing.
        let bomb = try await Subprocess.run(
            .path("/bin/sh"),
            arguments: ["-c", "(head -c 67108864 /dev/zero | tr '\\0' ' '; printf %s \"$0\") | gzip -9", keys],
            output: .bytes(limit: 1 << 20), error: .discarded
        ).standardOutput
        #expect((1000..<ProviderHTTP.maximumSize).contains(bomb.count))
        try await keepsTheOldSet(.compressed(bomb))
    }

    @Test("a byte now and then")
    func answerThatDripsIsGivenUp() async throws {
        let timing = IdentityConfiguration.Timing(patience: .milliseconds(500))
        try await HostileProvider.face({ $0.discovery = .dripping }, timing: timing) { _, desk in
            await expectRefusal(.providerUnavailable) { try await desk.signIn.begin(returnTo: "/") }
        }
    }

    /// Everything is withdrawn, which is not the same as an answer that is none.
    @Test func emptyKeySetEndsTrustInEveryKey() async throws {
        try await HostileProvider.face { provider, desk in
            _ = try await desk.signInOnce()
            provider.change { $0.published = [] }
            provider.clock.advance(.seconds(600))
            await expectRefusal(.signInFailed, detail: "unknown-key") { try await desk.signInOnce() }
        }
    }

    @Test func brokenAndEmptyCertificateChainsAreNotLookedAt() throws {
        for chain: JSONValue in [["broken"], [], "", .null, [7], .object([:])] {
            var members = TestKey.rsa.members
            members["x5c"] = chain
            #expect(JSONWebKey(.object(members))?.id == "rsa-1")
        }
    }

    @Test(arguments: ["X25519", "Ed448", "X448", "P-256", "future", ""])
    func edwardsKeyOfAnotherCurveIsLeftOut(curve: String) throws {
        var members = TestKey.ed.members
        members["crv"] = .string(curve)
        #expect(JSONWebKey(.object(members)) == nil)
    }

    private func keepsTheOldSet(_ answer: Behaviour.Answer) async throws {
        try await HostileProvider.face { provider, desk in
            _ = try await desk.signInOnce()
            provider.change { $0.keys = answer }
            provider.clock.advance(.seconds(3600))
            await expectAdmission { try await desk.signInOnce() }
            #expect(provider.hits("certs") == 2)
            provider.change { $0.signingKey = .otherRSA }
            let token = try provider.accessToken()
            await expectRefusal(.invalidToken, detail: "unknown-key") {
                try await desk.authenticator.authenticate(.bearer(token))
            }
        }
    }
}
