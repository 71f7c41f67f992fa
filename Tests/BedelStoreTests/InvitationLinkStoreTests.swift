import BedelDomain
import Synchronization
import Testing

@Suite("Invitation links in the store")
struct InvitationLinkStoreTests {
    private static let hash = Digest(bytes: [UInt8](repeating: 7, count: 32))

    private let anybody: @Sendable (Principal, Profile) -> Bool = { _, _ in true }

    private func make(
        _ house: House, maximum: Int64 = 2, role: Role = .student
    ) async throws -> (any InvitationLinkStore, InvitationLink) {
        let prof = try await house.person("prof")
        let store = house.invitationLinks
        let link = InvitationLink(
            id: .random(at: noon), profile: "ml-2026", role: role, maximum: maximum, createdBy: prof.id,
            createdByLogin: prof.login, createdAt: noon, expiresAt: noon + .seconds(3600))
        try await store.create(link, secretHash: Self.hash, audit: .test("member.edit"))
        return (store, link)
    }

    @Test func aLinkMakesMembersUntilItIsUsedUp() async throws {
        try await withHouse { house in
            try await house.profile()
            let (store, link) = try await make(house)
            #expect(try await store.links(to: "ml-2026") == [link])
            let ana = try await house.person("ana")
            for _ in 0..<2 {
                let profile = try await store.accept(Self.hash, by: ana.id, at: noon, mayInvite: anybody) { _ in
                    .test("profile.join")
                }
                #expect(profile == "ml-2026")
            }
            #expect(try await house.users.roles(of: ana.id) == ["ml-2026": .student])
            #expect(try await store.find(Self.hash)?.link.uses == 1, "who is in already uses nothing up")
            let eva = try await house.person("eva")
            let leo = try await house.person("leo")
            _ = try await store.accept(Self.hash, by: eva.id, at: noon, mayInvite: anybody) { _ in .test("profile.join")
            }
            await expectFailure(.notFound) {
                _ = try await store.accept(Self.hash, by: leo.id, at: noon, mayInvite: anybody) { _ in
                    .test("profile.join")
                }
            }
            #expect(try await house.auditedActions().count { $0 == "profile.join" } == 2)
        }
    }

    @Test("of 64 who take the last places at once, as many come in as there are places")
    func ofManyWhoTakeTheLastPlaceOneComesIn() async throws {
        try await withHouse { house in
            try await house.profile()
            let (store, _) = try await make(house, maximum: 3)
            var people: [User.ID] = []
            for number in 0..<64 { people.append(try await house.person("p\(number)").id) }
            let entered = await withTaskGroup(of: Bool.self) { group in
                for person in people {
                    group.addTask {
                        (try? await store.accept(Self.hash, by: person, at: noon, mayInvite: anybody) { _ in
                            .test("profile.join")
                        }) != nil
                    }
                }
                return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(entered == 3)
            #expect(try await store.find(Self.hash)?.link.uses == 3)
            let profile = try #require(try await house.profiles.profile(named: "ml-2026"))
            #expect(try await house.profiles.members(of: profile.id).count == 3)
            #expect(try await house.auditedActions().count { $0 == "profile.join" } == 3)
        }
    }

    @Test func whatIsOverLetsNobodyIn() async throws {
        try await withHouse { house in
            let profile = try await house.profile()
            let (store, link) = try await make(house)
            let ana = try await house.person("ana")
            let accept = { (time: Timestamp) in
                _ = try await store.accept(Self.hash, by: ana.id, at: time, mayInvite: anybody) { _ in
                    .test("profile.join")
                }
            }
            await expectFailure(.notFound) { try await accept(link.expiresAt) }
            try await house.lifecycle.set(.archived, of: profile.id, audit: .test("profile.govern"))
            await expectFailure(.conflict) { try await accept(noon) }
            try await house.lifecycle.set(.active, of: profile.id, audit: .test("profile.govern"))
            try await house.enrolment.set(disabled: true, ana.id, in: profile.id, audit: .test("member.edit"))
            await expectFailure(.forbidden) { try await accept(noon) }
            try await house.enrolment.set(disabled: false, ana.id, in: profile.id, audit: .test("member.edit"))
            #expect(try await store.revoke(link.id, at: noon, audit: .test("member.edit")))
            #expect(try await store.revoke(link.id, at: noon, audit: .test("member.edit")) == false)
            await expectFailure(.notFound) { try await accept(noon) }
            #expect(try await house.users.roles(of: ana.id).isEmpty)
        }
    }

    /// One person on many devices: one membership, and one place is used.
    @Test func thePersonWhoOpensItManyTimesAtOnceUsesOnePlace() async throws {
        try await withHouse { house in
            try await house.profile()
            let (store, _) = try await make(house, maximum: 9)
            let ana = try await house.person("ana")
            let entered = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<16 {
                    // At once, on many devices; the group ends before the test does.
                    group.addTask {
                        (try? await store.accept(Self.hash, by: ana.id, at: noon, mayInvite: anybody) { _ in
                            .test("profile.join")
                        }) != nil
                    }
                }
                return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(entered == 16)
            #expect(try await store.find(Self.hash)?.link.uses == 1)
        }
    }

    @Test func aTeachersLinkRaisesNobodyWhoIsIn() async throws {
        try await withHouse { house in
            let profile = try await house.profile()
            let (store, _) = try await make(house, role: .teacher)
            let ana = try await house.person("ana")
            try await house.profiles.setMember(ana.id, role: .student, in: profile.id, audit: .test("member.edit"))
            _ = try await store.accept(Self.hash, by: ana.id, at: noon, mayInvite: anybody) { _ in .test("profile.join")
            }
            #expect(try await house.users.roles(of: ana.id) == ["ml-2026": .student])
            #expect(try await store.find(Self.hash)?.link.uses == 0)
        }
    }

    @Test func theMakerIsAskedAboutAsTheyAreThen() async throws {
        try await withHouse { house in
            let profile = try await house.profile()
            let (store, link) = try await make(house, maximum: 9)
            let ana = try await house.person("ana")
            let edit = AuditEvent.test("member.edit")
            /// Comes in by the link, and goes again.
            let roles = { () async throws -> Set<Role> in
                let seen = Mutex<Set<Role>>([])
                _ = try await store.accept(Self.hash, by: ana.id, at: noon) { maker, profile in
                    seen.withLock { $0 = maker.roles(in: profile.name) }
                    return maker.user == link.createdBy && maker.proof == .system
                } audit: { _ in
                    .test("profile.join")
                }
                try await house.profiles.removeMember(ana.id, from: profile.id, audit: edit)
                return seen.withLock { $0 }
            }
            #expect(try await roles().isEmpty)
            try await house.profiles.setMember(link.createdBy, role: .teacher, in: profile.id, audit: edit)
            #expect(try await roles() == [.teacher])
            try await house.lifecycle.rename(profile.id, to: "ml", audit: .test("profile.govern"))
            #expect(try await roles() == [.teacher])
            try await house.enrolment.set(disabled: true, link.createdBy, in: profile.id, audit: edit)
            #expect(try await roles().isEmpty)
            let admin = VerifiedIdentity.test("prof", isAdmin: true)
            _ = try await house.users.signIn(admin, at: noon, audit: .test("sign-in.succeeded"))
            #expect(try await roles() == [.admin])
        }
    }

    @Test func whoseMakerMayNotInviteAnyMoreLetsNobodyInAndUsesNothingUp() async throws {
        try await withHouse { house in
            try await house.profile()
            let (store, _) = try await make(house)
            let ana = try await house.person("ana")
            do {
                _ = try await store.accept(Self.hash, by: ana.id, at: noon) { _, _ in
                    false
                } audit: { _ in
                    .test("profile.join")
                }
                Issue.record("somebody came in")
            } catch let error as BedelError {
                #expect(error.code == .notFound && error.message.contains("may not let people in"))
                #expect(error.arguments["unit"] == "link-lapsed")
            }
            #expect(try await house.users.roles(of: ana.id).isEmpty)
            #expect(try await store.find(Self.hash)?.link.uses == 0)
            #expect(try await !house.auditedActions().contains("profile.join"))
            _ = try await store.accept(Self.hash, by: ana.id, at: noon, mayInvite: anybody) { _ in .test("profile.join")
            }
            #expect(try await house.users.roles(of: ana.id) == ["ml-2026": .student], "it holds again with its maker")
        }
    }

    /// Either somebody came in before their maker was put out, or not at all.
    @Test func nobodyComesInAfterTheMakerWasPutOut() async throws {
        try await withHouse { house in
            let profile = try await house.profile()
            let (store, link) = try await make(house, maximum: 99)
            let edit = AuditEvent.test("member.edit")
            try await house.profiles.setMember(link.createdBy, role: .teacher, in: profile.id, audit: edit)
            var people: [User.ID] = []
            for number in 0..<40 { people.append(try await house.person("p\(number)").id) }
            // All at once, as that is what the test is about; the group ends before the test does.
            let refused = try await withThrowingTaskGroup(of: BedelError?.self) { group in
                for person in people {
                    group.addTask {
                        do {
                            _ = try await store.accept(Self.hash, by: person, at: noon) { maker, profile in
                                maker.roles(in: profile.name).contains(.teacher)
                            } audit: { _ in
                                .test("profile.join")
                            }
                            return nil
                        } catch let error as BedelError {
                            return error
                        }
                    }
                }
                group.addTask {
                    try await house.enrolment.set(
                        disabled: true, link.createdBy, in: profile.id, audit: .test("maker.disabled"))
                    return nil
                }
                return try await group.reduce(into: [BedelError]()) { if let error = $1 { $0.append(error) } }
            }
            #expect(refused.allSatisfy { $0.arguments["unit"] == "link-lapsed" }, "for that reason and no other")
            let joined = try await house.auditedActions().count { $0 == "profile.join" }
            #expect(joined + refused.count == people.count)
            let actions = try await house.auditedActions()
            let end = try #require(actions.firstIndex(of: "maker.disabled"))
            #expect(!actions[end...].contains("profile.join"))
        }
    }

    @Test func aDeletedProfilesLinkLeadsNowhere() async throws {
        try await withHouse { house in
            let profile = try await house.profile()
            let (store, _) = try await make(house)
            try await house.lifecycle.delete(profile.id, at: noon, audit: .test("profile.govern"))
            #expect(try await store.find(Self.hash) == nil)
        }
    }
}
