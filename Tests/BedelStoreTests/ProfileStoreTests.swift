import BedelDomain
import Testing

@Suite("Profiles and members")
struct ProfileStoreTests {
    @Test func aProfileComesBackAsItWas() async throws {
        try await withHouse { house in
            let profile = try await house.profile()
            #expect(try await house.profiles.profile(named: "ml-2026") == profile)
            #expect(try await house.profiles.profile(named: "other") == nil)
            #expect(try await house.profiles.profiles() == [profile])
        }
    }

    @Test func aTakenNameIsAConflictAndLeavesNoAuditRow() async throws {
        try await withHouse { house in
            try await house.profile()
            await expectFailure(.conflict) { try await house.profile() }
            #expect(try await house.auditedActions() == ["profile.create"])
        }
    }

    @Test func rulesApplyToEverybodyAlreadyKnown() async throws {
        try await withHouse { house in
            let profile = try await house.profile()
            let ana = try await house.person("ana", groups: ["students", "2026"])
            let eva = try await house.person("eva", groups: ["teachers", "students"])
            _ = try await house.person("guest")
            let rules = [GroupRule(group: "students", role: .student), GroupRule(group: "teachers", role: .teacher)]
            try await house.profiles.setGroupRules(rules, of: profile.id, audit: .test("profile.edit"))
            #expect(try await house.profiles.groupRules(of: profile.id) == rules)
            let members = try await house.profiles.members(of: profile.id)
            #expect(members.map(\.user) == [ana.id, eva.id])
            #expect(members.map(\.role) == [.student, .teacher])
            #expect(members.allSatisfy { $0.source == .group })
            try await house.profiles.setGroupRules([], of: profile.id, audit: .test("profile.edit"))
            #expect(try await house.profiles.members(of: profile.id).isEmpty)
        }
    }

    @Test func byHandStandsAboveByGroupAndUncoversItWhenItGoes() async throws {
        try await withHouse { house in
            let profile = try await house.profile()
            let ana = try await house.person("ana", groups: ["students"])
            try await house.profiles.setGroupRules(
                [GroupRule(group: "students", role: .student)], of: profile.id, audit: .test("profile.edit"))
            try await house.profiles.setMember(ana.id, role: .assistant, in: profile.id, audit: .test("member.edit"))
            #expect(try await house.users.roles(of: ana.id) == ["ml-2026": .assistant])
            #expect(try await house.profiles.members(of: profile.id).map(\.source) == [.manual])
            try await house.profiles.removeMember(ana.id, from: profile.id, audit: .test("member.edit"))
            #expect(try await house.users.roles(of: ana.id) == ["ml-2026": .student])
            await expectFailure(.conflict) {
                try await house.profiles.removeMember(ana.id, from: profile.id, audit: .test("member.edit"))
            }
        }
    }

    @Test func strangersAndAdminsCannotBeMadeMembers() async throws {
        try await withHouse { house in
            let profile = try await house.profile()
            let ana = try await house.person("ana")
            await expectFailure(.notFound) {
                try await house.profiles.setMember(.random(at: noon), role: .student, in: profile.id, audit: .test("x"))
            }
            await expectFailure(.invalidRequest) {
                try await house.profiles.setMember(ana.id, role: .admin, in: profile.id, audit: .test("x"))
            }
            await expectFailure(.notFound) {
                try await house.profiles.removeMember(ana.id, from: profile.id, audit: .test("x"))
            }
        }
    }

    @Test func oneGroupInTwoRulesIsRefusedAndTheOldRulesStay() async throws {
        try await withHouse { house in
            let profile = try await house.profile()
            let rule = GroupRule(group: "students", role: .student)
            try await house.profiles.setGroupRules([rule], of: profile.id, audit: .test("profile.edit"))
            await expectFailure(.invalidRequest) {
                try await house.profiles.setGroupRules(
                    [rule, GroupRule(group: "students", role: .teacher)], of: profile.id, audit: .test("profile.edit"))
            }
            #expect(try await house.profiles.groupRules(of: profile.id) == [rule])
            await expectFailure(.notFound) {
                try await house.profiles.setGroupRules([], of: .random(at: noon), audit: .test("profile.edit"))
            }
        }
    }
}
