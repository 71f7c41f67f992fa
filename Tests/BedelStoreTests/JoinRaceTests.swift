import BedelDomain
import Testing

@testable import BedelStore

/// Somebody is in the middle of joining by a link, and a teacher sets a role by hand.
@Suite("A join by a link and a role set at the same time")
struct JoinRaceTests {
    /// The maker teaches by a group alone, so that setting them back writes a new row and changes none that could be held.
    @Test func whoSetsTheMakerBackWaitsForTheJoinUnderWay() async throws {
        try await withCast { cast in
            let outcome = try await cast.join(while: cast.maker.id, becomes: .assistant)
            #expect(outcome == "ml-2026")
            let actions = try await cast.house.auditedActions()
            #expect(actions.suffix(2) == ["profile.join", "role.set"])
            #expect(try await cast.house.users.roles(of: cast.maker.id) == ["ml-2026": .assistant])
            #expect(try await cast.house.users.roles(of: cast.ana.id) == ["ml-2026": .student])
        }
    }

    @Test func whoIsMadeAMemberWhileTheyJoinIsOneWithoutAFault() async throws {
        try await withCast { cast in
            let outcome = try await cast.join(while: cast.ana.id, becomes: .assistant)
            #expect(outcome == "ml-2026")
            #expect(try await cast.house.users.roles(of: cast.ana.id) == ["ml-2026": .assistant])
            #expect(try await cast.house.profiles.members(of: cast.profile.id).count == 2)
        }
    }

    private func withCast(_ body: @escaping @Sendable (Cast) async throws -> Void) async throws {
        try await PrivatePostgres.shared().withDatabase(connections: 5) { database in
            let house = House(database)
            let profile = try await house.profile()
            let maker = try await house.person("prof", groups: ["teachers"])
            try await house.profiles.setGroupRules(
                [GroupRule(group: "teachers", role: .teacher)], of: profile.id, audit: .test("profile.edit"))
            let link = InvitationLink(
                id: .random(at: noon), profile: profile.name, role: .student, maximum: 9, createdBy: maker.id,
                createdByLogin: maker.login, createdAt: noon, expiresAt: noon + .seconds(3600))
            try await house.invitationLinks.create(link, secretHash: .test(7), audit: .test("member.edit"))
            let ana = try await house.person("ana")
            try await body(Cast(database: database, house: house, profile: profile, maker: maker, ana: ana))
        }
    }

    private struct Cast: Sendable {
        let database: PostgresDatabase
        let house: House
        let profile: Profile
        let maker: User
        let ana: User

        /// Holding the maker, whom no role is taken from by that, keeps the join between its question and its entry.
        func join(while somebody: User.ID, becomes role: Role) async throws -> Label {
            let person = maker.id
            async let held: Void = database.withTransaction { transaction in
                try transaction.execute("SELECT id FROM users WHERE id = \(person) FOR NO KEY UPDATE")
                try LockWaits.until(2) { try transaction.first($0)?.value("waiting") }
            }
            try await LockWaits.untilHeld(
                "SELECT id FROM users WHERE id = \(person) FOR NO KEY UPDATE SKIP LOCKED", in: database)
            async let joined = house.invitationLinks.accept(.test(7), by: ana.id, at: noon) { maker, profile in
                maker.roles(in: profile.name).contains(.teacher)
            } audit: { _ in
                .test("profile.join")
            }
            try await LockWaits.until(1, in: database)
            async let set: Void = house.profiles.setMember(
                somebody, role: role, in: profile.id, audit: .test("role.set"))
            _ = try await (held, set)
            return try await joined
        }
    }
}
