import BedelDomain
import Testing

@testable import BedelIdentity

/// Tests of the OpenID Foundation's suite for relying parties, by their names there, as far as no other file has them.
@Suite("The OpenID Foundation's relying party tests")
struct FoundationTests {
    @Test("oidcc-client-test-client-secret-basic")
    func secretGoesInTheHeaderAndNotInTheForm() async throws {
        try await HostileProvider.face({
            $0.metadata = ["token_endpoint_auth_methods_supported": ["client_secret_basic"]]
        }) { provider, desk in
            _ = try await desk.signInOnce()
            let request = provider.lastTokenRequest
            #expect(request.authorization?.hasPrefix("Basic ") == true)
            #expect(request.form["client_secret"] == nil)
            #expect(request.form["grant_type"] == "authorization_code")
        }
    }

    @Test("oidcc-client-test-kid-absent-single-jwks")
    func tokenWithoutKeyIDIsTakenWhereThereIsOneKey() async throws {
        try await HostileProvider.face({ $0.signingKey = TestKey.rsa.named(nil) }) { _, desk in
            await expectAdmission { try await desk.signInOnce() }
        }
    }

    @Test("oidcc-client-test-kid-absent-multiple-jwks")
    func tokenWithoutKeyIDIsRefusedWhereTwoKeysFit() async throws {
        try await HostileProvider.face({
            $0.header = ["kid": .null]
            $0.published = [.object(TestKey.rsa.members), .object(TestKey.otherRSA.members)]
        }) { _, desk in
            await expectRefusal(.signInFailed, detail: "unknown-key") { try await desk.signInOnce() }
        }
    }

    @Test("oidcc-client-test-discovery-openid-config")
    func endpointsAreTheOnesInTheMetadata() async throws {
        try await HostileProvider.face { provider, desk in
            let elsewhere = "http://127.0.0.1:\(provider.port)/elsewhere"
            provider.change { $0.metadata = ["authorization_endpoint": .string(elsewhere)] }
            let redirect = try await desk.signIn.begin(returnTo: "/")
            #expect(redirect.location.hasPrefix(elsewhere + "?"))
            #expect(provider.hits("discovery") == 1)
            _ = try await desk.signIn.begin(returnTo: "/")
            #expect(provider.hits("discovery") == 1, "it is kept")
        }
    }

    @Test("oidcc-client-test-discovery-jwks-uri-keys")
    func keysComeFromTheAddressInTheMetadata() async throws {
        try await HostileProvider.face { provider, desk in
            let elsewhere = "http://127.0.0.1:\(provider.port)/canary"
            provider.change { $0.metadata = ["jwks_uri": .string(elsewhere)] }
            _ = try await desk.signInOnce()
            #expect(provider.hits("canary") == 1)
            #expect(provider.hits("certs") == 0)
        }
    }

    /// None is sent, so there is none to come back: the session here has ended before the browser leaves.
    @Test("oidcc-client-test-rp-init-logout-no-state")
    func signingOutSendsNoStateAndWaitsForNone() async throws {
        try await HostileProvider.face { _, desk in
            let signedIn = try await desk.signInOnce()
            let location = try #require(try await desk.signOut(try await desk.principal(of: signedIn)))
            #expect(!location.contains("state="))
            await expectRefusal(.signInRequired) { try await desk.principal(of: signedIn) }
        }
    }
}
