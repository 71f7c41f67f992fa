import BedelDomain
import Synchronization
import Testing

@testable import BedelIdentity

@Suite("Refreshing a session")
struct SessionRefreshTests {
    /// Past the end of the access token that came with the sign-in.
    private func later(_ provider: HostileProvider) { provider.clock.advance(.seconds(290)) }

    @Test("oidcc-client-test-refresh-token")
    func sessionIsRefreshedWhenItsTimeHasComeAndTheTokenTurns() async throws {
        try await HostileProvider.face { provider, desk in
            let signedIn = try await desk.signInOnce()
            _ = try await desk.principal(of: signedIn)
            #expect(provider.hits("refresh") == 0)
            for round in 1...3 {
                later(provider)
                _ = try await desk.principal(of: signedIn)
                #expect(provider.hits("refresh") == round, "the provider takes every token once")
            }
        }
    }

    @Test func aHundredRequestsAtOnceAreOneRefresh() async throws {
        try await HostileProvider.face { provider, desk in
            let signedIn = try await desk.signInOnce()
            later(provider)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<100 { group.addTask { _ = try await desk.principal(of: signedIn) } }
                try await group.waitForAll()
            }
            #expect(provider.hits("refresh") == 1)
        }
    }

    @Test func rolesTakenAwayAtTheProviderAreGoneAfterwards() async throws {
        try await HostileProvider.face { provider, desk in
            provider.change { $0.person["groups"] = ["bedel-admins"] }
            let signedIn = try await desk.signInOnce()
            let before = try await desk.principal(of: signedIn)
            #expect(before.isAdmin)
            provider.change { $0.person["groups"] = ["students"] }
            later(provider)
            let after = try await desk.principal(of: signedIn)
            #expect(!after.isAdmin && after.groups == ["students"])
        }
    }

    @Test func newNameLoginAndAddressAreTaken() async throws {
        try await HostileProvider.face { provider, desk in
            let signedIn = try await desk.signInOnce()
            provider.change {
                $0.person["name"] = "Lucía Yáñez"
                $0.person["email"] = "lucia.yanez@uni.example"
                $0.person["preferred_username"] = "lucia.yanez"
            }
            later(provider)
            let after = try await desk.principal(of: signedIn)
            #expect(after.name == "Lucía Yáñez")
            #expect(after.email == "lucia.yanez@uni.example")
            #expect(after.login == "lucia.yanez")
            #expect(await desk.house.reasons(of: "sign-in.refreshed").count == 1)
        }
    }

    /// OpenID Connect Core, section 12.2: a refresh may come without an ID token.
    @Test func whatARefreshSaysNothingOfStaysAsItWas() async throws {
        try await HostileProvider.face {
            $0.person["groups"] = ["bedel-admins"]
            $0.refreshesIDToken = false
        } _: { provider, desk in
            let signedIn = try await desk.signInOnce()
            let before = try await desk.principal(of: signedIn)
            later(provider)
            let silent = try await desk.principal(of: signedIn)
            #expect(provider.hits("refresh") == 1 && provider.hits("userinfo") == 1)
            #expect(silent.isAdmin && silent.groups == before.groups)
            #expect([silent.login, silent.name, silent.email] == [before.login, before.name, before.email])
            #expect(await desk.house.reasons(of: "sign-in.refreshed").isEmpty)

            provider.change { $0.userinfoClaims = ["groups": ["students"]] }
            later(provider)
            let told = try await desk.principal(of: signedIn)
            #expect(!told.isAdmin && told.groups == ["students"] && told.login == "lucia.villagran")
        }
    }

    /// As Keycloak leaves `realm_access` out for somebody without a role.
    @Test func groupsMissingFromASignedTokenAreGone() async throws {
        try await HostileProvider.face {
            $0.person["groups"] = ["bedel-admins"]
        } _: { provider, desk in
            let signedIn = try await desk.signInOnce()
            provider.change { $0.person["groups"] = .null }
            later(provider)
            let after = try await desk.principal(of: signedIn)
            #expect(!after.isAdmin && after.groups.isEmpty)
        }
    }

    @Test func userinfoThatIsAwayPutsTheRestOfTheRefreshOff() async throws {
        try await HostileProvider.face {
            $0.refreshesIDToken = false
            $0.userinfo = .status(503)
        } _: { provider, desk in
            let signedIn = try await desk.signInOnce()
            later(provider)
            await expectAdmission { try await desk.principal(of: signedIn) }
            provider.change {
                $0.userinfo = .right
                $0.userinfoClaims = ["groups": ["students"]]
            }
            provider.clock.advance(.seconds(61))
            let after = try await desk.principal(of: signedIn)
            #expect(after.groups == ["students"] && provider.hits("refresh") == 2)
        }
    }

    @Test func tokenThatTurnedIsKeptAlthoughWhoeverAskedHasGone() async throws {
        try await HostileProvider.face { provider, desk in
            let signedIn = try await desk.signInOnce()
            later(provider)
            provider.change { $0.refresh = .hanging }
            let request = Task { try await desk.principal(of: signedIn) }
            await provider.untilSomebodyHangs()
            request.cancel()
            provider.change { $0.refresh = .right }
            provider.release()
            _ = await request.result
            later(provider)
            await expectAdmission { try await desk.principal(of: signedIn) }
            #expect(provider.hits("refresh") == 2)
        }
    }

    @Test func tokenThatTurnedIsKeptAlthoughTheDatabaseIsAwayForAMoment() async throws {
        try await HostileProvider.face { provider, desk in
            let signedIn = try await desk.signInOnce()
            let first = await desk.house.openSessions.first?.refreshToken
            later(provider)
            await desk.house.goAway(times: 2)
            await expectAdmission { try await desk.principal(of: signedIn) }
            #expect(await desk.house.absences == 0)
            #expect(await desk.house.openSessions.first?.refreshToken != first)
            later(provider)
            await expectAdmission { try await desk.principal(of: signedIn) }
            #expect(provider.hits("refresh") == 2)
        }
    }

    @Test("an answer that comes after somebody else took over", arguments: [true, false])
    func answerThatIsTooLateChangesNothing(isGood: Bool) async throws {
        try await HostileProvider.face { provider, desk in
            let signedIn = try await desk.signInOnce()
            let session = try #require(await desk.house.openSessions.first).id
            later(provider)
            provider.change {
                $0.refresh = .hanging
                $0.person["groups"] = ["bedel-admins"]
            }
            if !isGood { provider.state.withLock { $0.refreshTokens = [] } }
            async let slow = desk.principal(of: signedIn)
            await provider.untilSomebodyHangs()
            provider.clock.advance(.seconds(31))
            let now = provider.clock.now()
            let lease = now + .seconds(30)
            #expect(await desk.house.claimRefresh(of: session, at: now, lease: lease) != nil)
            let isKept = try await desk.house.finishRefresh(
                of: session, lease: lease, token: "of-the-other", next: now + .seconds(600))
            #expect(isKept)
            provider.release()
            let principal = try await slow
            #expect(!principal.isAdmin)
            #expect(await desk.house.openSessions.map(\.refreshToken) == ["of-the-other"])
        }
    }

    @Test func sessionThatTheProviderEndedEndsHere() async throws {
        try await HostileProvider.face { provider, desk in
            let signedIn = try await desk.signInOnce()
            provider.state.withLock { $0.refreshTokens = [] }
            later(provider)
            await expectRefusal(.signInRequired) { try await desk.principal(of: signedIn) }
            #expect(await desk.house.events.last?.reason == "the provider has ended it")
            #expect(await desk.house.sessionCount == 0)
        }
    }

    @Test("oidcc-client-test-refresh-token-invalid-sub")
    func refreshedTokenOfSomebodyElseEndsTheSession() async throws {
        try await HostileProvider.face { provider, desk in
            let signedIn = try await desk.signInOnce()
            provider.change { $0.subject = "another" }
            later(provider)
            await expectRefusal(.signInRequired) { try await desk.principal(of: signedIn) }
            #expect(await desk.house.events.last?.reason == "refreshed token: wrong-subject")
        }
    }

    @Test("oidcc-client-test-refresh-token-invalid-issuer")
    func refreshedTokenOfAnotherIssuerEndsTheSession() async throws {
        try await HostileProvider.face { provider, desk in
            let signedIn = try await desk.signInOnce()
            provider.change { $0.idToken["iss"] = "https://evil.example" }
            later(provider)
            await expectRefusal(.signInRequired) { try await desk.principal(of: signedIn) }
        }
    }

    @Test func sessionGoesOnWhileTheProviderIsAwayAndNothingIsHammered() async throws {
        try await HostileProvider.face { provider, desk in
            let signedIn = try await desk.signInOnce()
            provider.change { $0.refresh = .status(503) }
            later(provider)
            for _ in 0..<20 { await expectAdmission { try await desk.principal(of: signedIn) } }
            #expect(provider.hits("refresh") == 1)
            provider.clock.advance(.seconds(61))
            await expectAdmission { try await desk.principal(of: signedIn) }
            #expect(provider.hits("refresh") == 2)
        }
    }

    @Test func sessionHandedOverRefreshesTheOneItCameFrom() async throws {
        try await HostileProvider.face { provider, desk in
            let principal = try await desk.enter()
            guard case .session(let session) = principal.proof else { return }
            let host = "mlflow--ml-2026.localhost:8080"
            let code = try await desk.signIn.handOver(session, of: principal, to: host)
            let cookie = try await desk.signIn.receiveHandover(code: code, host: host)
            later(provider)
            provider.change { $0.person["groups"] = ["bedel-admins"] }
            let there = try await desk.authenticator.authenticate(.cookie(cookie.value, host: host)).principal
            #expect(there.isAdmin && provider.hits("refresh") == 1)
        }
    }

    @Test func refreshTokenRestsSealed() async throws {
        try await HostileProvider.face { provider, desk in
            _ = try await desk.signInOnce()
            let sealed = try #require(await desk.house.openSessions.first?.refreshToken)
            let plain = try #require(provider.state.withLock { $0.refreshTokens.first })
            #expect(!sealed.contains(plain))
        }
    }

    @Test(arguments: [(nil, 270), (5, 60), (300, 270), (86_400, 3600)] as [(Int64?, Int64)])
    func refreshComesBeforeTheEndButNotAllTheTime(_ lifetime: Int64?, _ seconds: Int64) {
        #expect(SessionRefresher.interval(lifetime.map { .seconds($0) }) == .seconds(seconds))
    }
}
