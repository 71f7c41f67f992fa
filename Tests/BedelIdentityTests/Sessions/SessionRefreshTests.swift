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
