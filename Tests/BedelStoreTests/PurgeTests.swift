import BedelDomain
import Testing

@testable import BedelStore

@Suite("Purging a profile")
struct PurgeTests {
    /// Every table that leads to a profile, by whatever foreign keys, with how many rows it has. People do not belong to a
    /// profile, so nothing is followed through them.
    private static let tables: SQL = """
        WITH RECURSIVE inside (id) AS (
            SELECT 'profiles'::regclass::oid
            UNION
            SELECT c.conrelid FROM pg_constraint c JOIN inside i ON c.confrelid = i.id
            WHERE c.contype = 'f' AND c.conrelid <> 'users'::regclass
        )
        SELECT c.relname::text AS name, (xpath('/row/rows/text()', query_to_xml(
            format('SELECT count(*) AS rows FROM %I', c.relname), false, true, '')))[1]::text::bigint AS rows
        FROM inside i JOIN pg_class c ON c.oid = i.id ORDER BY c.relname
        """

    private func rows(_ database: PostgresDatabase) async throws -> [String: Int64] {
        try await database.withConnection { connection in
            try connection.query(Self.tables).reduce(into: [:]) {
                $0[try $1.value("name", as: String.self)] = try $1.value("rows", as: Int64.self)
            }
        }
    }

    @Test("with something in every table that leads to it, nothing is left and nothing else is touched")
    func nothingIsLeft() async throws {
        try await PrivatePostgres.shared().withDatabase { database in
            let house = House(database)
            try await fill(house)
            let before = try await rows(database)
            #expect(before.count > 12)
            let empty = before.filter { $0.value == 0 }.keys.sorted()
            #expect(
                empty.isEmpty, "a profile can have rows in these too: fill them here, and purge them in Purge.swift")

            let profile = try #require(try await house.profiles.profile(named: "ml-2026"))
            let other = try await house.profile("other")
            try await house.lifecycle.delete(profile.id, at: noon, audit: .test("profile.govern"))
            let gone = try await house.lifecycle.purge(deletedBefore: noon + .seconds(1)) { _ in .test("profile.purge")
            }
            #expect(gone == ["ml-2026"])
            let after = try await rows(database)
            // The other profile, and both names: a name is never given again.
            #expect(after.filter { $0.value > 0 } == ["profiles": 1, "profile_names": 2])
            #expect(try await house.profiles.profiles() == [other])
            #expect(try await house.users.users().map(\.login) == ["ana", "prof"], "people stay")
            #expect(try await house.audit.firstBroken() == nil, "and so does the trail")
        }
    }

    private func fill(_ house: House) async throws {
        let profile = try await house.profile()
        let (ana, prof) = (try await house.person("ana"), try await house.person("prof"))
        let assignment = try await house.assignment(by: prof)
        let version = try await house.readyVersion("digits", by: ana, for: assignment.name)
        try await house.models.appendLog(["built"], source: .bedel, to: version.id, at: noon)
        _ = try await house.open(assignment, by: prof)
        try await house.profiles.setMember(ana.id, role: .student, in: profile.id, audit: .test("member.edit"))
        try await house.profiles.setGroupRules(
            [GroupRule(group: "students", role: .student)], of: profile.id, audit: .test("member.edit"))
        _ = try await house.enrolment.enrol(
            Roster(parsing: Array("login\nlater\n".utf8)), in: profile.id, at: noon, audit: .test("member.edit"))
        try await house.enrolment.set(disabled: true, ana.id, in: profile.id, audit: .test("member.edit"))
        try await house.quotas.set(Quota([.models: 9]), of: .member(ana.id), in: profile.id, audit: .test("quota.edit"))
        let link = InvitationLink(
            id: .random(at: noon), profile: profile.name, role: .student, maximum: 1, createdBy: prof.id,
            createdByLogin: prof.login, createdAt: noon, expiresAt: noon + .seconds(60))
        try await house.invitationLinks.create(link, secretHash: .test(3), audit: .test("member.edit"))
        try await fillAccount(house, by: prof)
    }

    private func fillAccount(_ house: House, by prof: User) async throws {
        let account = ServiceAccount(
            user: .random(at: noon), profile: "ml-2026", name: "gradebook", title: "Grades", createdBy: prof.id,
            createdAt: noon)
        try await house.serviceAccounts.create(account, audit: .test("service-account.created"))
        let token = AccessToken(
            id: .random(at: noon), user: account.user, name: "nightly", scopes: [.predict], createdAt: noon,
            expiresAt: noon + .seconds(60))
        try await house.tokens.create(token, secretHash: .test(1), audit: .test("token.manage"))
    }
}
