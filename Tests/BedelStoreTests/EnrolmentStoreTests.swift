import BedelDomain
import Testing

@Suite("Class lists and closed doors in the store")
struct EnrolmentStoreTests {
    private func roster(_ text: String) throws -> Roster { try Roster(parsing: Array(text.utf8)) }

    @Test func aDryRunChangesNothingAndTheRealOneDoesWhatItSaid() async throws {
        try await withHouse { house in
            let profile = try await house.profile()
            let ana = try await house.person("ana")
            let roster = try roster("login,role\nana,assistant\nlater,student\nbad one,student\n")
            let plan = try await house.enrolment.plan(roster, in: profile.id)
            #expect(plan.outcomes.map(\.effect.word) == ["added", "invited", "problem"])
            #expect(try await house.profiles.members(of: profile.id).isEmpty)
            let done = try await house.enrolment.enrol(roster, in: profile.id, at: noon, audit: .test("member.edit"))
            #expect(done == plan)
            #expect(try await house.users.roles(of: ana.id) == ["ml-2026": .assistant])
            #expect(try await house.enrolment.invitations(to: profile.id).map(\.person) == ["later"])
            let again = try await house.enrolment.enrol(roster, in: profile.id, at: noon, audit: .test("member.edit"))
            #expect(again.outcomes.map(\.effect.word) == ["unchanged", "unchanged", "problem"])
            #expect(try await house.auditedActions().filter { $0 == "member.edit" }.count == 2)
        }
    }

    @Test(arguments: ["later", "Later@Example.edu"])
    func theInvitedBecomeMembersWhenTheyFirstSignIn(_ person: String) async throws {
        try await withHouse { house in
            let profile = try await house.profile()
            _ = try await house.enrolment.enrol(
                roster("login,role\n\(person),teacher\nother,student\n"), in: profile.id, at: noon,
                audit: .test("member.edit"))
            let later = try await house.signIn("later", isEmailVerified: true)
            #expect(try await house.users.roles(of: later.id) == ["ml-2026": .teacher])
            #expect(try await house.profiles.members(of: profile.id).map(\.source) == [.manual])
            #expect(try await house.enrolment.invitations(to: profile.id).map(\.person) == ["other"])
            try await house.enrolment.withdraw("OTHER", from: profile.id, audit: .test("member.edit"))
            let other = try await house.person("other")
            #expect(try await house.users.roles(of: other.id).isEmpty)
        }
    }

    @Test("an address that nobody verified is nobody's", arguments: [Bool?.none, false])
    func unverifiedAddressIsNobodys(_ isEmailVerified: Bool?) async throws {
        try await withHouse { house in
            let profile = try await house.profile()
            let expected = try roster("email,role\nlater@example.edu,teacher\n")
            _ = try await house.enrolment.enrol(expected, in: profile.id, at: noon, audit: .test("member.edit"))
            let later = try await house.signIn("later", isEmailVerified: isEmailVerified)
            #expect(try await house.users.roles(of: later.id).isEmpty)
            // Nor is somebody who has signed in found by it.
            #expect(try await house.enrolment.plan(expected, in: profile.id).outcomes.map(\.user) == [nil])
            _ = try await house.signIn("later", isEmailVerified: true)
            #expect(try await house.users.roles(of: later.id) == ["ml-2026": .teacher])
            // The provider says nothing this time: what it said of the same address still holds.
            _ = try await house.signIn("later", isEmailVerified: nil)
            #expect(try await house.enrolment.plan(expected, in: profile.id).outcomes.map(\.user) == [later.id])
        }
    }

    @Test func whoeverIsDisabledHasNoRoleByHandOrByGroup() async throws {
        try await withHouse { house in
            let profile = try await house.profile()
            let ana = try await house.person("ana", groups: ["students"])
            try await house.profiles.setGroupRules(
                [GroupRule(group: "students", role: .student)], of: profile.id, audit: .test("member.edit"))
            try await house.profiles.setMember(ana.id, role: .assistant, in: profile.id, audit: .test("member.edit"))
            try await house.enrolment.set(disabled: true, ana.id, in: profile.id, audit: .test("member.edit"))
            _ = try await house.person("ana", groups: ["students"])
            #expect(try await house.users.roles(of: ana.id).isEmpty)
            #expect(try await house.profiles.members(of: profile.id).isEmpty)
            #expect(try await house.enrolment.disabledMembers(of: profile.id).map(\.role) == [.assistant])
            try await house.enrolment.set(disabled: false, ana.id, in: profile.id, audit: .test("member.edit"))
            #expect(try await house.users.roles(of: ana.id) == ["ml-2026": .assistant])
        }
    }

    @Test func anArchivedCourseTakesNobody() async throws {
        try await withHouse { house in
            let profile = try await house.profile()
            try await house.lifecycle.set(.archived, of: profile.id, audit: .test("profile.govern"))
            await expectFailure(.conflict) {
                _ = try await house.enrolment.enrol(
                    roster("login\nana\n"), in: profile.id, at: noon, audit: .test("member.edit"))
            }
        }
    }
}
