import BedelDomain
import Testing

@Suite("A profile's life")
struct ProfileLifecycleTests {
    @Test func aRenamedProfileIsFoundByBothNamesAndKeepsTheOldOne() async throws {
        try await withHouse { house in
            let profile = try await house.profile()
            let ana = try await house.person("ana")
            try await house.profiles.setMember(ana.id, role: .student, in: profile.id, audit: .test("member.edit"))
            _ = try await house.handIn("digits", by: ana)
            try await house.lifecycle.rename(profile.id, to: "ml", audit: .test("profile.govern"))
            let new = try #require(try await house.profiles.profile(named: "ml"))
            #expect(new.id == profile.id && new.name == "ml")
            #expect(try await house.profiles.profile(named: "ml-2026") == new)
            #expect(try await house.users.roles(of: ana.id) == ["ml": .student])
            #expect(new.namespace == "ml-2026")
            #expect(try await house.lifecycle.aliases() == ["ml-2026": "ml"])
            #expect(try await house.models.model(named: "digits", in: "ml") != nil)
            await expectFailure(.conflict) { try await house.profile("ml-2026") }
            try await house.lifecycle.rename(profile.id, to: "ml-2026", audit: .test("profile.govern"))
            #expect(try await house.profiles.profile(named: "ml")?.name == "ml-2026")
        }
    }

    @Test func aNameThatLooksLikeAnothersIsRefused() async throws {
        try await withHouse { house in
            try await house.profile()
            let other = try await house.profile("other")
            await expectFailure(.conflict) { try await house.profile("m1-2o26") }
            await expectFailure(.conflict) {
                try await house.lifecycle.rename(other.id, to: "ml-2o26", audit: .test("profile.govern"))
            }
            #expect(try await house.profiles.profiles().map(\.name) == ["ml-2026", "other"])
            // Its own look-alike is no trouble.
            try await house.lifecycle.rename(other.id, to: "0ther", audit: .test("profile.govern"))
        }
    }

    @Test(arguments: [Profile.State.suspended, .archived])
    func nothingRunsAndNothingIsHandedInUnlessItIsActive(_ state: Profile.State) async throws {
        try await withHouse { house in
            let profile = try await house.profile()
            let ana = try await house.person("ana")
            _ = try await house.readyVersion("digits", by: ana)
            try await house.lifecycle.set(state, of: profile.id, audit: .test("profile.govern"))
            #expect(try await house.profiles.profile(named: "ml-2026")?.state == state)
            #expect(try await house.models.currentVersions(in: nil).isEmpty)
            await expectFailure(.conflict) { _ = try await house.handIn("digits", by: ana) }
            #expect(try await house.models.models(in: "ml-2026").count == 1)
            try await house.lifecycle.set(.active, of: profile.id, audit: .test("profile.govern"))
            #expect(try await house.models.currentVersions(in: nil).count == 1)
        }
    }

    @Test func whatIsArchivedIsNotEdited() async throws {
        try await withHouse { house in
            let profile = try await house.profile()
            try await house.lifecycle.set(.archived, of: profile.id, audit: .test("profile.govern"))
            await expectFailure(.conflict) {
                try await house.lifecycle.edit(profile.id, title: "X", kind: .lab, audit: .test("profile.edit"))
            }
            await expectFailure(.conflict) {
                try await house.lifecycle.rename(profile.id, to: "new", audit: .test("profile.govern"))
            }
            #expect(try await house.auditedActions() == ["profile.create", "profile.govern"])
        }
    }

    @Test func theDeletedIsOutOfSightAndComesBackAsItWas() async throws {
        try await withHouse { house in
            let profile = try await house.profile()
            let ana = try await house.person("ana")
            try await house.profiles.setMember(ana.id, role: .teacher, in: profile.id, audit: .test("member.edit"))
            _ = try await house.readyVersion("digits", by: ana)
            try await house.lifecycle.delete(profile.id, at: noon, audit: .test("profile.govern"))
            #expect(try await house.profiles.profiles().isEmpty)
            #expect(try await house.profiles.profile(named: "ml-2026") == nil)
            #expect(try await house.users.roles(of: ana.id).isEmpty)
            #expect(try await house.models.currentVersions(in: nil).isEmpty)
            await expectFailure(.notFound) { _ = try await house.handIn("tree", by: ana) }
            await expectFailure(.conflict) { try await house.profile() }
            #expect(
                try await house.lifecycle.deletedProfiles() == [DeletedProfile(profile: profile, deletedAt: noon)])
            try await house.lifecycle.restore(profile.id, audit: .test("profile.govern"))
            #expect(try await house.users.roles(of: ana.id) == ["ml-2026": .teacher])
            #expect(try await house.models.currentVersions(in: nil).count == 1)
            await expectFailure(.notFound) {
                try await house.lifecycle.restore(profile.id, audit: .test("profile.govern"))
            }
        }
    }

    @Test func afterTheGraceItIsGoneForGoodWithEverythingInIt() async throws {
        try await withHouse { house in
            let profile = try await house.profile()
            let ana = try await house.person("ana")
            let assignment = try await house.assignment(by: ana)
            _ = try await house.readyVersion("digits", by: ana, for: assignment.name)
            _ = try await house.open(assignment, by: ana)
            try await house.quotas.set(Quota([.models: 9]), of: .profile, in: profile.id, audit: .test("quota.edit"))
            let other = try await house.profile("other")
            try await house.lifecycle.delete(profile.id, at: noon, audit: .test("profile.govern"))
            #expect(try await house.lifecycle.purge(deletedBefore: noon) { _ in .test("profile.purge") }.isEmpty)
            let gone = try await house.lifecycle.purge(deletedBefore: noon + .seconds(1)) { _ in .test("profile.purge")
            }
            #expect(gone == ["ml-2026"])
            #expect(try await house.lifecycle.deletedProfiles().isEmpty)
            #expect(try await house.profiles.profiles() == [other])
            #expect(try await house.audit.firstBroken() == nil)
            await expectFailure(.conflict) { try await house.profile() }
        }
    }
}
