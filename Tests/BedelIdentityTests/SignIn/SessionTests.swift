import BedelDomain
import Testing

@testable import BedelIdentity

@Suite("Sessions")
struct SessionTests {
    private static let other = "mlflow--ml-2026.localhost:8080"

    @Test func cookieIsGoodForItsHostAloneAndNoLongerThanAMinuteUnasked() async throws {
        try await HostileProvider.face { provider, desk in
            let signedIn = try await desk.signInOnce()
            let answer = try await desk.authenticator.authenticate(.cookie(signedIn.cookie.value, host: Desk.host))
            #expect(answer.until == provider.clock.now() + .seconds(60))
            for host in ["ml-2026.localhost:8080", "localhost", "localhost:8081", "evil.example"] {
                let refused = await refusal {
                    try await desk.authenticator.authenticate(.cookie(signedIn.cookie.value, host: host))
                }
                #expect(refused?.code == .signInRequired)
            }
        }
    }

    @Test func everyFlippedCharacterSpoilsTheCookie() async throws {
        try await HostileProvider.face { _, desk in
            let cookie = try await desk.signInOnce().cookie.value
            for index in cookie.indices {
                var changed = cookie
                changed.replaceSubrange(index...index, with: cookie[index] == "A" ? "B" : "A")
                let refused = await refusal {
                    try await desk.authenticator.authenticate(.cookie(changed, host: Desk.host))
                }
                #expect(refused?.code == .signInRequired)
            }
        }
    }

    @Test(arguments: ["", ".", "k1.", "k1", ".AAAA", "k1.AAAA", "k1.AAAA.AAAA", String(repeating: "a", count: 300)])
    func whatIsNoCookieOfOursIsRefused(value: String) async throws {
        try await HostileProvider.face { _, desk in
            let refused = await refusal { try await desk.authenticator.authenticate(.cookie(value, host: Desk.host)) }
            #expect(refused?.code == .signInRequired)
        }
    }

    @Test func sessionEndsByItself() async throws {
        try await HostileProvider.face { provider, desk in
            let signedIn = try await desk.signInOnce()
            provider.clock.advance(.seconds(10 * 3600 - 30))
            let answer = try await desk.authenticator.authenticate(.cookie(signedIn.cookie.value, host: Desk.host))
            #expect(answer.until == provider.clock.now() + .seconds(30))
            provider.clock.advance(.seconds(30))
            await expectRefusal(.signInRequired) { try await desk.principal(of: signedIn) }
        }
    }

    @Test func rolesAreReadAnewEachTime() async throws {
        try await HostileProvider.face { _, desk in
            let course = try #require(Label("ml-2026"))
            let signedIn = try await desk.signInOnce()
            let user = try await desk.principal(of: signedIn).user
            await desk.house.setRole(.student, of: user, in: course)
            let with = try await desk.principal(of: signedIn)
            #expect(with.roles == [course: .student])
            await desk.house.setRole(nil, of: user, in: course)
            let without = try await desk.principal(of: signedIn)
            #expect(without.roles.isEmpty)
        }
    }

    @Test("oidcc-client-test-rp-init-logout")
    func signingOutEndsTheSessionHereAndGoesOnToTheProvider() async throws {
        try await HostileProvider.face { provider, desk in
            let signedIn = try await desk.signInOnce()
            let principal = try await desk.principal(of: signedIn)
            let location = try #require(try await desk.signOut(principal))
            #expect(location.hasPrefix(provider.endpoints + "/logout?"))
            #expect(location.contains("post_logout_redirect_uri=http%3A%2F%2Flocalhost%3A8080%2F"))
            #expect(location.contains("client_id=bedel"))
            #expect(location.contains("id_token_hint=eyJ"))
            await expectRefusal(.signInRequired) { try await desk.principal(of: signedIn) }
            #expect(await desk.house.events.last?.action == "session.ended")
        }
    }

    @Test func signingOutWorksWhileTheProviderIsAway() async throws {
        try await HostileProvider.face { provider, desk in
            let signedIn = try await desk.signInOnce()
            let principal = try await desk.principal(of: signedIn)
            provider.change { $0.discovery = .status(503) }
            provider.clock.advance(.seconds(3600))
            _ = try await desk.signOut(principal)
            await expectRefusal(.signInRequired) { try await desk.principal(of: signedIn) }
        }
    }

    @Test func nobodySignsSomebodyElseOut() async throws {
        try await HostileProvider.face { provider, desk in
            let hers = try await desk.signInOnce()
            let her = try await desk.principal(of: hers)
            provider.change { $0.subject = "another" }
            let him = try await desk.enter()
            guard case .session(let session) = her.proof else { return }
            #expect(try await desk.signIn.signOut(session, of: him, in: Desk.context) == nil)
            let still = try await desk.principal(of: hers)
            #expect(still.user == her.user)
        }
    }

    @Test func idTokenRestsSealed() async throws {
        try await HostileProvider.face { _, desk in
            _ = try await desk.signInOnce()
            let session = try #require(await desk.house.openSessions.first)
            #expect(session.providerSession == "sid-1")
            #expect(session.idToken?.contains("eyJ") == false)
        }
    }

    @Test func handoverOpensASessionOfTheSamePersonAtTheOtherHost() async throws {
        try await HostileProvider.face({ $0.person["sid"] = .null }) { _, desk in
            let signedIn = try await desk.signInOnce()
            let principal = try await desk.principal(of: signedIn)
            let code = try await desk.handOver(principal, to: Self.other)
            let cookie = try await desk.signIn.receiveHandover(code: code, host: Self.other)
            #expect(cookie.lifetime == .seconds(10 * 3600))
            let there = try await desk.authenticator.authenticate(.cookie(cookie.value, host: Self.other)).principal
            #expect(there.user == principal.user)
            #expect(there.proof != principal.proof)
            let here = await refusal {
                try await desk.authenticator.authenticate(.cookie(cookie.value, host: Desk.host))
            }
            #expect(here?.code == .signInRequired)

            _ = try await desk.signOut(principal)
            let after = await refusal {
                try await desk.authenticator.authenticate(.cookie(cookie.value, host: Self.other))
            }
            #expect(after?.code == .signInRequired)
        }
    }

    @Test func signOutLeavesAnotherSignInOfTheSamePersonAlone() async throws {
        try await HostileProvider.face({ $0.person["sid"] = .null }) { _, desk in
            let laptop = try await desk.signInOnce()
            let phone = try await desk.signInOnce()
            _ = try await desk.signOut(try await desk.principal(of: laptop))
            await expectRefusal(.signInRequired) { try await desk.principal(of: laptop) }
            await expectAdmission { try await desk.principal(of: phone) }
        }
    }

    @Test func handoverCodeWorksOnceAtItsHostAndForAMinute() async throws {
        try await HostileProvider.face { provider, desk in
            let principal = try await desk.enter()
            let code = try await desk.handOver(principal, to: Self.other)
            _ = try await desk.signIn.receiveHandover(code: code, host: Self.other)
            await expectRefusal(.signInFailed) { try await desk.signIn.receiveHandover(code: code, host: Self.other) }

            let stray = try await desk.handOver(principal, to: Self.other)
            let elsewhere = await refusal {
                try await desk.signIn.receiveHandover(code: stray, host: "ml-2026.localhost:8080")
            }
            #expect(elsewhere?.code == .signInFailed)

            let late = try await desk.handOver(principal, to: Self.other)
            provider.clock.advance(.seconds(60))
            await expectRefusal(.signInFailed) { try await desk.signIn.receiveHandover(code: late, host: Self.other) }
            await expectRefusal(.signInFailed) { try await desk.signIn.receiveHandover(code: "x", host: Self.other) }
        }
    }

    @Test(arguments: [
        "localhost:8080", "evil.example", "evil.localhost:8081", "a.b.localhost:8080", ".localhost:8080",
        "evil.example/.localhost:8080", "x@y.localhost:8080", "xlocalhost:8080", "",
    ])
    func nothingIsHandedOverToAHostThatIsNotOurs(host: String) async throws {
        try await HostileProvider.face { _, desk in
            let principal = try await desk.enter()
            await expectRefusal(.unknownHost) { try await desk.handOver(principal, to: host) }
        }
    }
}

extension Desk {
    func signOut(_ principal: Principal) async throws -> String? {
        guard case .session(let session) = principal.proof else { return nil }
        return try await signIn.signOut(session, of: principal, in: Self.context)
    }

    func handOver(_ principal: Principal, to host: String) async throws -> String {
        guard case .session(let session) = principal.proof else { return "" }
        return try await signIn.handOver(session, of: principal, to: host)
    }
}
