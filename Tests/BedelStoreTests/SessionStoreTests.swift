import BedelDomain
import Testing

@Suite("Sessions")
struct SessionStoreTests {
    private let attempt = SignInAttempt(
        stateHash: .test(1), browserHash: .test(2), issuer: "https://id.example.edu", nonce: "n", codeVerifier: "v",
        returnTo: "/profiles", demand: SignInDemand(maximumAge: .seconds(900), levels: ["gold", "silver"]),
        expiresAt: noon + .seconds(600))

    @Test func aStateWorksOnce() async throws {
        try await withHouse { house in
            try await house.sessions.begin(attempt)
            #expect(try await house.sessions.claim(stateHash: .test(3), at: noon) == nil)
            #expect(try await house.sessions.claim(stateHash: .test(1), at: noon) == attempt)
            #expect(try await house.sessions.claim(stateHash: .test(1), at: noon) == nil)
        }
    }

    @Test func anExpiredStateIsWorthNothing() async throws {
        try await withHouse { house in
            try await house.sessions.begin(attempt)
            #expect(try await house.sessions.claim(stateHash: .test(1), at: noon + .seconds(600)) == nil)
        }
    }

    @Test func ofManyWhoClaimOneStateOneGetsIt() async throws {
        try await withHouse { house in
            try await house.sessions.begin(attempt)
            let winners = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<8 {
                    group.addTask { try await house.sessions.claim(stateHash: .test(1), at: noon) != nil }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(winners == 1)
        }
    }

    @Test func aSessionLastsUntilItsTimeOrItsEnd() async throws {
        try await withHouse { house in
            let session = try await begin(house, try await house.person("ana"))
            #expect(try await house.sessions.session(session.id, at: noon) == session)
            #expect(try await house.sessions.session(session.id, at: session.expiresAt) == nil)
            try await house.sessions.end(session.id, audit: .test("session.end"))
            #expect(try await house.sessions.session(session.id, at: noon) == nil)
            try await house.sessions.end(session.id, audit: .test("session.end"))
            #expect(try await house.auditedActions() == ["sign-in.succeeded", "session.end"])
        }
    }

    @Test func logoutAtTheProviderEndsThatSessionOnly() async throws {
        try await withHouse { house in
            let (ana, eva) = (try await house.person("ana"), try await house.person("eva"))
            let first = try await begin(house, ana, providerSession: "p1")
            let second = try await begin(house, ana, providerSession: "p2")
            let other = try await begin(house, eva, providerSession: "p1")
            try await house.sessions.endAll(of: ana.id, providerSession: "p1", audit: .test("session.end"))
            #expect(try await house.sessions.session(first.id, at: noon) == nil)
            #expect(try await house.sessions.session(second.id, at: noon) == second)
            try await house.sessions.endAll(of: ana.id, providerSession: nil, audit: .test("session.end"))
            #expect(try await house.sessions.session(second.id, at: noon) == nil)
            #expect(try await house.sessions.session(other.id, at: noon) == other)
        }
    }

    @Test func aHandoverWorksOnceAndNotAfterItsSession() async throws {
        try await withHouse { house in
            let ana = try await house.person("ana")
            let session = try await begin(house, ana, providerSession: "p1")
            let host = "mlflow--ml-2026.localhost:8080"
            func handover(_ byte: UInt8) -> Handover {
                Handover(
                    codeHash: .test(byte), session: session.id, user: ana.id, host: host,
                    expiresAt: noon + .seconds(30))
            }
            func receive(_ byte: UInt8, at place: String? = nil, _ time: Timestamp = noon) async throws -> Session? {
                try await house.sessions.receive(
                    handover: .test(byte), as: .random(at: time), host: place ?? host, at: time)
            }
            try await house.sessions.offer(handover(1))
            let opened = try #require(try await receive(1))
            #expect(opened.user == ana.id && opened.host == host && opened.expiresAt == session.expiresAt)
            #expect(opened.authenticatedAt == session.authenticatedAt && opened.level == "gold")
            #expect(opened.providerSession == "p1" && opened.refreshToken == nil && opened.idToken == nil)
            #expect(try await house.sessions.session(opened.id, at: noon) == opened)
            #expect(try await receive(1) == nil)
            for (byte, host, time) in [(UInt8(2), "elsewhere", noon), (3, host, noon + .seconds(30))] {
                try await house.sessions.offer(handover(byte))
                #expect(try await receive(byte, at: host, time) == nil)
                #expect(try await receive(byte) == nil, "it was used up all the same")
            }
            try await house.sessions.offer(handover(4))
            try await house.sessions.end(session.id, audit: .test("session.end"))
            #expect(try await receive(4) == nil)
        }
    }

    @Test func sweepingTakesWhatHasExpiredAndNothingElse() async throws {
        try await withHouse { house in
            let ana = try await house.person("ana")
            let (short, long) = (try await begin(house, ana), try await begin(house, ana, lifetime: .seconds(9000)))
            try await house.sessions.begin(attempt)
            try await house.sessions.sweep(at: noon + .seconds(3600))
            #expect(try await house.sessions.session(short.id, at: noon) == nil)
            #expect(try await house.sessions.session(long.id, at: noon) == long)
            #expect(try await house.sessions.claim(stateHash: .test(1), at: noon) == nil)
        }
    }

    @Test("a session in place of another ends that one, and what was handed over from it unless it belongs here too")
    func aSessionTakesThePlaceOfAnother() async throws {
        try await withHouse { house in
            let (ana, bruno) = (try await house.person("ana"), try await house.person("bruno"))
            let (old, handed) = (
                try await begin(house, ana, providerSession: "p1"), try await begin(house, ana, providerSession: "p1")
            )
            let others = [
                try await begin(house, ana, providerSession: "p0"),
                try await begin(house, bruno, providerSession: "p1"),
            ]
            let second = try await renew(house, old, for: ana, providerSession: "p1")
            #expect(try await house.sessions.session(old.id, at: noon) == nil)
            #expect(try await house.sessions.session(handed.id, at: noon) != nil)
            let third = try await renew(house, second, for: ana, providerSession: "p2")
            for gone in [second, handed] { #expect(try await house.sessions.session(gone.id, at: noon) == nil) }
            for left in [third] + others { #expect(try await house.sessions.session(left.id, at: noon) != nil) }
            // That one has ended already: nothing else does.
            _ = try await renew(house, second, for: ana, providerSession: "p3")
            for left in [third] + others { #expect(try await house.sessions.session(left.id, at: noon) != nil) }
            let records = try await house.audit.records(matching: AuditFilter(action: "session.ended"), limit: 10)
            #expect(records.count == 2)
        }
    }

    private func renew(
        _ house: House, _ old: Session, for user: User, providerSession: String
    ) async throws -> Session {
        let session = Session(
            id: .random(at: noon), user: user.id, host: "localhost:8080", providerSession: providerSession,
            idToken: nil,
            createdAt: noon, expiresAt: noon + .seconds(3600))
        try await house.sessions.create(
            session, inPlaceOf: old.id, audit: .test("session.ended"))
        return session
    }

    private func begin(
        _ house: House, _ user: User, providerSession: String? = nil, lifetime: Duration = .seconds(3600)
    ) async throws -> Session {
        let session = Session(
            id: .random(at: noon), user: user.id, host: "localhost:8080", providerSession: providerSession,
            idToken: "sealed", authenticatedAt: noon - .seconds(60), level: "gold", createdAt: noon,
            expiresAt: noon + lifetime)
        try await house.sessions.create(session)
        return session
    }
}

@Suite("Access tokens")
struct AccessTokenStoreTests {
    @Test func aTokenComesBackWithItsHashAndNeverItsSecret() async throws {
        try await withHouse { house in
            let ana = try await house.person("ana")
            let token = try await make(house, ana)
            let found = try #require(try await house.tokens.find(token.id))
            #expect(found.token == token)
            #expect(found.secretHash == .test(5))
            #expect(try await house.tokens.find(.random(at: noon)) == nil)
        }
    }

    @Test func aRevokedTokenStaysInTheListWithItsFirstDate() async throws {
        try await withHouse { house in
            let ana = try await house.person("ana")
            let old = try await make(house, ana)
            let new = try await make(house, ana, at: noon + .seconds(1))
            try await house.tokens.revoke(old.id, at: noon + .seconds(2), audit: .test("token.manage"))
            try await house.tokens.revoke(old.id, at: noon + .seconds(9), audit: .test("token.manage"))
            let tokens = try await house.tokens.tokens(of: ana.id)
            #expect(tokens.map(\.id) == [new.id, old.id])
            #expect(tokens.map(\.revokedAt) == [nil, noon + .seconds(2)])
            await expectFailure(.notFound) {
                try await house.tokens.revoke(.random(at: noon), at: noon, audit: .test("token.manage"))
            }
        }
    }

    @Test func theLastUseNeverGoesBack() async throws {
        try await withHouse { house in
            let token = try await make(house, try await house.person("ana"))
            try await house.tokens.markUsed(token.id, at: noon + .seconds(5))
            try await house.tokens.markUsed(token.id, at: noon + .seconds(3))
            #expect(try await house.tokens.find(token.id)?.token.lastUsedAt == noon + .seconds(5))
        }
    }

    private func make(_ house: House, _ user: User, at time: Timestamp = noon) async throws -> AccessToken {
        let token = AccessToken(
            id: .random(at: time), user: user.id, name: "laptop", scopes: [.submit, .read], createdAt: time,
            expiresAt: time + .seconds(3600))
        try await house.tokens.create(token, secretHash: .test(5), audit: .test("token.manage"))
        return token
    }
}
