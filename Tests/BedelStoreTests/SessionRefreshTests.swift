import BedelDomain
import Testing

@Suite("Sessions that are refreshed, and ended by the provider")
struct SessionRefreshTests {
    private func begin(
        _ house: House, _ user: User, host: String = "lab", providerSession: String = "p1", refreshToken: String? = nil
    ) async throws -> Session {
        let session = Session(
            id: .random(at: noon), user: user.id, host: host, providerSession: providerSession, idToken: nil,
            refreshToken: refreshToken, refreshAt: refreshToken.map { _ in noon + .seconds(270) },
            remoteAddress: "192.0.2.7", createdAt: noon, expiresAt: noon + .seconds(8 * 3600))
        try await house.sessions.create(session)
        return session
    }

    private let due = noon + .seconds(300)

    @Test func ofManyWhoWantToRefreshOneDoesAndTheOthersGoOn() async throws {
        try await withHouse { house in
            let session = try await begin(house, try await house.person("ana"), refreshToken: "sealed-1")
            #expect(
                try await house.sessions.claimRefresh(of: session.id, at: noon, lease: due) == nil, "it is not due yet")
            // Every connection is as good as a process of its own.
            let claims = try await withThrowingTaskGroup(of: Session?.self) { group in
                for _ in 0..<50 {
                    group.addTask {
                        try await house.sessions.claimRefresh(of: session.id, at: due, lease: due + .seconds(30))
                    }
                }
                return try await group.reduce(into: []) { claims, claim in claim.map { claims.append($0) } }
            }
            #expect(claims.map(\.refreshToken) == ["sealed-1"])
            #expect(
                try await house.sessions.finishRefresh(
                    of: session.id, lease: due + .seconds(30), token: "sealed-2", next: due + .seconds(270)))
            #expect(
                try await house.sessions.claimRefresh(of: session.id, at: due + .seconds(1), lease: due + .seconds(9))
                    == nil)
            let next = due + .seconds(271)
            let again = try await house.sessions.claimRefresh(of: session.id, at: next, lease: next + .seconds(30))
            #expect(again?.refreshToken == "sealed-2")
        }
    }

    @Test("who signed in twice in one provider session refreshes each of the two with its own token")
    func eachSignInHasItsOwnToken() async throws {
        try await withHouse { house in
            let ana = try await house.person("ana")
            let (first, second) = (
                try await begin(house, ana, refreshToken: "sealed-1"),
                try await begin(house, ana, refreshToken: "sealed-2")
            )
            let lease = due + .seconds(30)
            #expect(try await house.sessions.claimRefresh(of: second.id, at: due, lease: lease)?.id == second.id)
            let next = due + .seconds(270)
            #expect(
                try await house.sessions.finishRefresh(of: second.id, lease: lease, token: "sealed-3", next: next))
            #expect(try await house.sessions.session(second.id, at: due)?.refreshAt == next)
            #expect(try await house.sessions.session(first.id, at: due)?.refreshAt == noon + .seconds(270))
            #expect(
                try await house.sessions.claimRefresh(of: first.id, at: due, lease: lease)?.refreshToken == "sealed-1")
        }
    }

    @Test func aClaimWhoseHolderDiedRunsOut() async throws {
        try await withHouse { house in
            let session = try await begin(house, try await house.person("ana"), refreshToken: "sealed-1")
            #expect(try await house.sessions.claimRefresh(of: session.id, at: due, lease: due + .seconds(30)) != nil)
            let later = due + .seconds(31)
            #expect(
                try await house.sessions.claimRefresh(of: session.id, at: later, lease: later + .seconds(30)) != nil)
        }
    }

    @Test func whoeverLostTheClaimChangesNothing() async throws {
        try await withHouse { house in
            let session = try await begin(house, try await house.person("ana"), refreshToken: "sealed-1")
            let (first, later) = (due + .seconds(30), due + .seconds(60))
            func finish(_ lease: Timestamp, _ token: String?) async throws -> Bool {
                try await house.sessions.finishRefresh(
                    of: session.id, lease: lease, token: token, next: later + .seconds(270))
            }
            #expect(try await finish(first, "sealed-0") == false, "nobody has a claim")
            _ = try await house.sessions.claimRefresh(of: session.id, at: due, lease: first)
            _ = try await house.sessions.claimRefresh(of: session.id, at: first, lease: later)
            #expect(try await finish(first, "sealed-late") == false)
            #expect(try await house.sessions.session(session.id, at: noon)?.refreshToken == "sealed-1")
            #expect(try await finish(later, "sealed-2"))
            #expect(try await finish(later, nil), "it may be put off again")
            #expect(try await finish(first, "sealed-late") == false)
            #expect(try await house.sessions.session(session.id, at: noon)?.refreshToken == "sealed-2")
            try await house.sessions.end(session.id, audit: .test("session.end"))
            #expect(try await finish(later, "sealed-3") == false)
        }
    }

    @Test func aSessionHandedOverClaimsForTheOneItCameFrom() async throws {
        try await withHouse { house in
            let ana = try await house.person("ana")
            let first = try await begin(house, ana, refreshToken: "sealed-1")
            let handedOver = try await begin(house, ana, host: "mlflow--lab")
            _ = try await begin(house, try await house.person("eva"), refreshToken: "sealed-eva")
            #expect(try await house.sessions.session(handedOver.id, at: noon)?.refreshAt == first.refreshAt)
            let claim = try await house.sessions.claimRefresh(of: handedOver.id, at: due, lease: due + .seconds(30))
            #expect(claim?.id == first.id)
        }
    }

    @Test func theProvidersWordEndsWhatItNamesAndIsBelievedOnce() async throws {
        try await withHouse { house in
            let (ana, eva) = (try await house.person("ana"), try await house.person("eva"))
            let first = try await begin(house, ana)
            let second = try await begin(house, ana, providerSession: "p2")
            let other = try await begin(house, eva, providerSession: "p2")
            let bySession = ProviderLogout(
                issuer: ana.issuer, subject: nil, providerSession: "p1",
                token: .init(hash: .test(1), forgottenAt: noon + .seconds(600)))
            #expect(try await house.sessions.end(bySession, audit: .test("session.ended")) == 1)
            #expect(try await house.sessions.end(bySession, audit: .test("session.ended")) == nil)
            #expect(try await house.sessions.session(first.id, at: noon) == nil)
            let elsewhere = ProviderLogout(
                issuer: "https://other", subject: ana.subject, providerSession: nil, token: nil)
            #expect(try await house.sessions.end(elsewhere, audit: .test("session.ended")) == 0)
            #expect(try await house.sessions.sessions(of: ana.id, at: noon).map(\.id) == [second.id])
            let bySubject = ProviderLogout(issuer: ana.issuer, subject: ana.subject, providerSession: nil, token: nil)
            #expect(try await house.sessions.end(bySubject, audit: .test("session.ended")) == 1)
            #expect(try await house.sessions.sessions(of: ana.id, at: noon) == [])
            #expect(try await house.sessions.session(other.id, at: noon) == other)
        }
    }
}
