import BedelDomain
import Testing

@testable import BedelStore

/// A session is handed over at the very moment at which it ends: then the new one has to end too.
@Suite("A hand-over and a sign-out at the same time")
struct HandoverRaceTests {
    @Test func sessionHandedOverWhileItsSignOutWaitsEndsWithIt() async throws {
        try await withCast { cast in
            // Holding the person keeps the hand-over, which writes a row of theirs, between its two statements.
            let person = cast.user.id
            async let held: Void = cast.database.withTransaction { transaction in
                try transaction.execute("SELECT id FROM users WHERE id = \(person) FOR UPDATE")
                try LockWaits.until(2) { try transaction.first($0)?.value("waiting") }
            }
            try await cast.untilPersonIsHeld()
            async let opened = cast.receive()
            try await cast.untilWaiting(1)
            async let ended: Void = cast.sessions.endAll(
                of: cast.user.id, providerSession: "p1", audit: .test("session.end"))
            _ = try await (held, opened, ended)
            #expect(try await opened != nil, "it was first")
            #expect(try await cast.sessions.sessions(of: cast.user.id, at: noon).isEmpty)
        }
    }

    @Test func logoutByTheProviderEndsItAsWell() async throws {
        try await withCast { cast in
            let person = cast.user.id
            async let held: Void = cast.database.withTransaction { transaction in
                try transaction.execute("SELECT id FROM users WHERE id = \(person) FOR UPDATE")
                try LockWaits.until(2) { try transaction.first($0)?.value("waiting") }
            }
            try await cast.untilPersonIsHeld()
            async let opened = cast.receive()
            try await cast.untilWaiting(1)
            let logout = ProviderLogout(issuer: cast.user.issuer, subject: nil, providerSession: "p1", token: nil)
            async let ended = cast.sessions.end(logout, audit: .test("session.end"))
            _ = try await (held, opened)
            #expect(try await ended == 2)
            #expect(try await cast.sessions.sessions(of: cast.user.id, at: noon).isEmpty)
        }
    }

    @Test func nothingIsOpenedFromASessionThatIsEnding() async throws {
        try await withCast { cast in
            let source = cast.source
            async let ending: Void = cast.database.withTransaction { transaction in
                try transaction.execute("DELETE FROM sessions WHERE id = \(source)")
                try LockWaits.until(1) { try transaction.first($0)?.value("waiting") }
            }
            try await cast.untilHeld("SELECT id FROM sessions WHERE id = \(source) FOR UPDATE SKIP LOCKED")
            async let opened = cast.receive()
            try await ending
            #expect(try await opened == nil)
            #expect(try await cast.sessions.sessions(of: cast.user.id, at: noon).isEmpty)
        }
    }

    private func withCast(_ body: @escaping @Sendable (Cast) async throws -> Void) async throws {
        try await PrivatePostgres.shared().withDatabase(connections: 5) { database in
            let house = House(database)
            let user = try await house.person("ana")
            let session = Session(
                id: .random(at: noon), user: user.id, host: "lab", providerSession: "p1", idToken: nil, createdAt: noon,
                expiresAt: noon + .seconds(3600))
            try await house.sessions.create(session)
            try await house.sessions.offer(
                Handover(
                    codeHash: .test(1), session: session.id, user: user.id, host: "mlflow--lab",
                    expiresAt: noon + .seconds(60)))
            try await body(Cast(database: database, sessions: house.sessions, user: user, source: session.id))
        }
    }

    private struct Cast: Sendable {
        let database: PostgresDatabase
        let sessions: any SessionStore
        let user: User
        let source: Session.ID

        func receive() async throws -> Session? {
            try await sessions.receive(handover: .test(1), as: .random(at: noon), host: "mlflow--lab", at: noon)
        }

        func untilWaiting(_ count: Int) async throws { try await LockWaits.until(count, in: database) }

        func untilPersonIsHeld() async throws {
            try await untilHeld("SELECT id FROM users WHERE id = \(user.id) FOR UPDATE SKIP LOCKED")
        }

        func untilHeld(_ free: SQL) async throws { try await LockWaits.untilHeld(free, in: database) }
    }
}
