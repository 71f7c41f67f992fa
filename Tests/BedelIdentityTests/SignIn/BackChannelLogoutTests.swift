import BedelDomain
import OpenSSL
import Testing

@testable import BedelIdentity

@Suite("Back-channel logout")
struct BackChannelLogoutTests {
    /// A logout token as Keycloak signs it, changed by the case at hand.
    private static func token(
        from provider: HostileProvider, by key: TestKey = .rsa, changing claims: [String: JSONValue] = [:],
        header: [String: JSONValue] = ["typ": "logout+jwt"]
    ) throws -> String {
        let now = provider.clock.now().seconds
        var all: [String: JSONValue] = [
            "iss": .string(provider.issuer), "aud": .string(HostileProvider.clientID), "iat": .integer(now),
            "exp": .integer(now + 120), "jti": .string("jti-\(UInt64.random(in: 0 ... .max))"), "typ": "Logout",
            "sid": "sid-1", "events": .object([LogoutTokenRules.event: .object([:])]),
        ]
        for (name, value) in claims { all[name] = value == .null ? nil : value }
        return try key.sign(all, header: key.header.merging(header) { $1 })
    }

    private func logOut(_ token: String, at desk: Desk) async throws {
        try await desk.signIn.endByProvider(logoutToken: token, in: Desk.context)
    }

    /// The token is refused for this reason, and whoever was signed in still is.
    private func expectNothingEnds(
        _ fault: TokenFault, sourceLocation: SourceLocation = #_sourceLocation,
        _ token: @escaping @Sendable (HostileProvider) throws -> String
    ) async throws {
        try await HostileProvider.face { provider, desk in
            let signedIn = try await desk.signInOnce()
            let text = try token(provider)
            await expectRefusal(.invalidToken, detail: fault.rawValue, sourceLocation: sourceLocation) {
                try await self.logOut(text, at: desk)
            }
            await expectAdmission(sourceLocation: sourceLocation) { try await desk.principal(of: signedIn) }
            #expect(
                await desk.house.events.last?.reason == "logout token: \(fault.rawValue)",
                sourceLocation: sourceLocation)
        }
    }

    @Test("oidcc-client-test-rp-backchannel-rpinitlogout")
    func sessionOfTheProvidersSessionEndsAndNoOther() async throws {
        try await HostileProvider.face { provider, desk in
            let hers = try await desk.signInOnce()
            provider.change { $0.person["sid"] = "sid-2" }
            let other = try await desk.signInOnce()
            try await logOut(try Self.token(from: provider), at: desk)
            await expectRefusal(.signInRequired) { try await desk.principal(of: hers) }
            await expectAdmission { try await desk.principal(of: other) }
            #expect(await desk.house.events.last?.reason == "back-channel logout")
        }
    }

    @Test func sessionsHandedOverFromItEndToo() async throws {
        try await HostileProvider.face { provider, desk in
            let principal = try await desk.enter()
            guard case .session(let session) = principal.proof else { return }
            let host = "mlflow--ml-2026.localhost:8080"
            let code = try await desk.signIn.handOver(session, of: principal, to: host)
            let cookie = try await desk.signIn.receiveHandover(code: code, host: host)
            try await logOut(try Self.token(from: provider), at: desk)
            await expectRefusal(.signInRequired) {
                try await desk.authenticator.authenticate(.cookie(cookie.value, host: host))
            }
        }
    }

    @Test func subjectAloneEndsAllOfTheirSessionsAndNobodyElses() async throws {
        try await HostileProvider.face { provider, desk in
            let first = try await desk.signInOnce()
            provider.change { $0.person["sid"] = nil }
            let second = try await desk.signInOnce()
            let subject = provider.behaviour.subject
            provider.change { $0.subject = "somebody-else" }
            let stranger = try await desk.signInOnce()
            try await logOut(
                try Self.token(from: provider, changing: ["sid": .null, "sub": .string(subject)]), at: desk)
            await expectRefusal(.signInRequired) { try await desk.principal(of: first) }
            await expectRefusal(.signInRequired) { try await desk.principal(of: second) }
            await expectAdmission { try await desk.principal(of: stranger) }
        }
    }

    @Test func sessionOfAnotherSubjectIsNotEnded() async throws {
        try await HostileProvider.face { provider, desk in
            let signedIn = try await desk.signInOnce()
            try await logOut(try Self.token(from: provider, changing: ["sub": "somebody-else"]), at: desk)
            await expectAdmission { try await desk.principal(of: signedIn) }
        }
    }

    @Test func unknownSessionIsNoErrorAndSaysNothing() async throws {
        try await HostileProvider.face { provider, desk in
            _ = try await desk.signInOnce()
            let before = await desk.house.events.count
            try await logOut(try Self.token(from: provider, changing: ["sid": "unknown"]), at: desk)
            #expect(await desk.house.events.count == before)
        }
    }

    @Test func tokenWorksOnce() async throws {
        try await HostileProvider.face { provider, desk in
            _ = try await desk.signInOnce()
            let token = try Self.token(from: provider)
            try await logOut(token, at: desk)
            let again = try await desk.signInOnce()
            await expectRefusal(.invalidToken, detail: "replayed") { try await self.logOut(token, at: desk) }
            await expectAdmission { try await desk.principal(of: again) }
        }
    }

    @Test func typesOfOtherProvidersAreTaken() async throws {
        for header: [String: JSONValue] in [["typ": "JWT"], ["typ": "application/logout+jwt"]] {
            try await HostileProvider.face { provider, desk in
                let signedIn = try await desk.signInOnce()
                let token = try Self.token(from: provider, changing: ["typ": .null, "exp": .null], header: header)
                try await self.logOut(token, at: desk)
                await expectRefusal(.signInRequired) { try await desk.principal(of: signedIn) }
            }
        }
    }

    @Test("oidcc-client-test-rp-backchannel-rpinitlogout-alg-none")
    func unsignedTokenIsRefused() async throws {
        try await expectNothingEnds(.malformed) { provider in
            let parts = try Self.token(from: provider, header: ["alg": "none"]).split(separator: ".")
            return "\(parts[0]).\(parts[1])."
        }
        try await expectNothingEnds(.algorithmNotAllowed) { try Self.token(from: $0, header: ["alg": "none"]) }
    }

    @Test("oidcc-client-test-rp-backchannel-rpinitlogout-wrong-alg")
    func tokenThatNamesAnotherAlgorithmIsRefused() async throws {
        try await expectNothingEnds(.algorithmNotAllowed) { try Self.token(from: $0, header: ["alg": "HS256"]) }
        try await expectNothingEnds(.unknownKey) { try Self.token(from: $0, by: .ec) }
    }

    @Test("oidcc-client-test-rp-backchannel-rpinitlogout-no-event")
    func tokenWithoutEventsIsRefused() async throws {
        try await expectNothingEnds(.wrongEvent) { try Self.token(from: $0, changing: ["events": .null]) }
    }

    @Test("oidcc-client-test-rp-backchannel-rpinitlogout-wrong-event")
    func tokenAboutAnotherEventIsRefused() async throws {
        let events: [JSONValue] = [
            ["http://schemas.openid.net/event/foo": [:]], [:], "backchannel-logout", [],
            .object([LogoutTokenRules.event: "yes"]),
        ]
        for event in events {
            try await expectNothingEnds(.wrongEvent) { try Self.token(from: $0, changing: ["events": event]) }
        }
    }

    @Test("oidcc-client-test-rp-backchannel-rpinitlogout-with-nonce")
    func tokenWithANonceIsRefused() async throws {
        try await expectNothingEnds(.wrongNonce) { try Self.token(from: $0, changing: ["nonce": "n"]) }
    }

    @Test("oidcc-client-test-rp-backchannel-rpinitlogout-wrong-aud")
    func tokenForAnotherClientIsRefused() async throws {
        for audience: JSONValue in ["other", ["other", "third"], .null] {
            try await expectNothingEnds(.wrongAudience) { try Self.token(from: $0, changing: ["aud": audience]) }
        }
    }

    @Test("oidcc-client-test-rp-backchannel-rpinitlogout-wrong-iss")
    func tokenOfAnotherIssuerIsRefused() async throws {
        try await expectNothingEnds(.unknownIssuer) {
            try Self.token(from: $0, changing: ["iss": "https://evil.example"])
        }
        try await expectNothingEnds(.unknownIssuer) { try Self.token(from: $0, changing: ["iss": .null]) }
    }

    @Test func tokenWithoutIdentifierTimeOrSubjectIsRefused() async throws {
        try await expectNothingEnds(.missingTokenID) { try Self.token(from: $0, changing: ["jti": .null]) }
        try await expectNothingEnds(.missingTokenID) { try Self.token(from: $0, changing: ["jti": ""]) }
        try await expectNothingEnds(.missingIssueTime) { try Self.token(from: $0, changing: ["iat": .null]) }
        try await expectNothingEnds(.wrongSubject) { try Self.token(from: $0, changing: ["sid": .null]) }
        try await expectNothingEnds(.malformed) { try Self.token(from: $0, changing: ["sid": 7]) }
    }

    @Test func oldTokenIsRefused() async throws {
        try await expectNothingEnds(.expired) {
            try Self.token(from: $0, changing: ["iat": .integer($0.clock.now().seconds - 1000), "exp": .null])
        }
        try await expectNothingEnds(.expired) {
            try Self.token(from: $0, changing: ["exp": .integer($0.clock.now().seconds - 1000)])
        }
        try await expectNothingEnds(.notYetValid) {
            try Self.token(from: $0, changing: ["iat": .integer($0.clock.now().seconds + 1000)])
        }
    }

    @Test func otherTokensOfTheProviderAreRefused() async throws {
        try await expectNothingEnds(.wrongType) { try Self.token(from: $0, changing: ["typ": "ID"]) }
        try await expectNothingEnds(.wrongType) { try Self.token(from: $0, header: ["typ": "at+jwt"]) }
        // An ID token has neither the event nor the lack of a nonce.
        try await expectNothingEnds(.wrongEvent) {
            try Self.token(from: $0, changing: ["events": .null, "typ": .null, "nonce": "n"], header: ["typ": "JWT"])
        }
    }

    @Test func manyBadTokensAskTheProviderOnceForItsKeys() async throws {
        try await HostileProvider.face { provider, desk in
            let signedIn = try await desk.signInOnce()
            let before = provider.hits("certs")
            let parts = try Self.token(from: provider).split(separator: ".")
            for number in 0..<10_000 {
                let header = #"{"alg":"RS256","typ":"logout+jwt","kid":"kid-\#(number)"}"#
                let token = "\(Base64.urlEncoded(Array(header.utf8))).\(parts[1]).\(parts[2])"
                await expectRefusal(.invalidToken) { try await self.logOut(token, at: desk) }
            }
            #expect(provider.hits("certs") == before + 1)
            await expectAdmission { try await desk.principal(of: signedIn) }
        }
    }

    @Test func frontChannelLogoutEndsTheProvidersSession() async throws {
        try await HostileProvider.face { provider, desk in
            let signedIn = try await desk.signInOnce()
            await expectRefusal(.invalidRequest) {
                try await desk.signIn.endByBrowser(
                    issuer: "https://evil.example", providerSession: "sid-1", in: Desk.context)
            }
            await expectAdmission { try await desk.principal(of: signedIn) }
            try await desk.signIn.endByBrowser(issuer: provider.issuer, providerSession: "sid-1", in: Desk.context)
            await expectRefusal(.signInRequired) { try await desk.principal(of: signedIn) }
        }
    }

    @Test func ownerSeesAndEndsTheirSessionsAndNobodyElses() async throws {
        try await HostileProvider.face { provider, desk in
            let first = try await desk.signInOnce()
            let principal = try await desk.principal(of: first)
            provider.change { $0.person["sid"] = "sid-2" }
            let second = try await desk.signInOnce()
            let sessions = try await desk.signIn.sessions(of: principal.user)
            #expect(sessions.count == 2)
            #expect(sessions.allSatisfy { $0.remoteAddress == Desk.context.remoteAddress })
            provider.change { $0.subject = "another" }
            let stranger = try await desk.enter()
            await expectRefusal(.notFound) {
                try await desk.signIn.end(sessions[0].id, of: stranger.user, by: stranger, in: Desk.context)
            }
            let ended = try #require(sessions.first { $0.providerSession == "sid-2" })
            try await desk.signIn.end(ended.id, of: principal.user, by: principal, in: Desk.context)
            await expectRefusal(.signInRequired) { try await desk.principal(of: second) }
            await expectAdmission { try await desk.principal(of: first) }
            try await desk.signIn.endAll(of: principal.user, by: principal, in: Desk.context)
            await expectRefusal(.signInRequired) { try await desk.principal(of: first) }
            #expect(try await desk.signIn.sessions(of: principal.user).isEmpty)
            #expect(try await desk.signIn.sessions(of: stranger.user).count == 1)
        }
    }
}
