import BedelDomain
import Testing

@Suite("Users")
struct UserStoreTests {
    @Test func signingInAgainRefreshesTheSamePerson() async throws {
        try await withHouse { house in
            let first = try await house.person("ana", groups: ["a \"quoted\" group", "b,c"])
            #expect(first.groups == ["a \"quoted\" group", "b,c"])
            let again = try await house.users.signIn(
                .test("ana", groups: ["d"], name: "Ana María"), at: noon + .seconds(60),
                audit: .test("sign-in.succeeded"))
            #expect(again.id == first.id)
            #expect(again.name == "Ana María")
            #expect(again.groups == ["d"])
            #expect(again.createdAt == noon)
            #expect(again.lastSeenAt == noon + .seconds(60))
            #expect(try await house.users.user(first.id) == again)
            #expect(try await house.users.user(issuer: first.issuer, subject: first.subject) == again)
            #expect(try await house.users.users() == [again])
        }
    }

    @Test func theSameSubjectOfAnotherIssuerIsAnotherPerson() async throws {
        try await withHouse { house in
            let ana = try await house.person("ana")
            let other = VerifiedIdentity(
                issuer: "https://elsewhere.example", subject: ana.subject, login: "ana", name: "", email: "",
                groups: [],
                isAdmin: false)
            let stranger = try await house.users.signIn(other, at: noon, audit: .test("sign-in.succeeded"))
            #expect(stranger.id != ana.id)
        }
    }

    @Test func membershipsByGroupComeAndGoWithTheGroups() async throws {
        try await withHouse { house in
            let profile = try await house.profile()
            let rules = [GroupRule(group: "students", role: .student), GroupRule(group: "tutors", role: .assistant)]
            try await house.profiles.setGroupRules(rules, of: profile.id, audit: .test("profile.edit"))
            let ana = try await house.person("ana", groups: ["students"])
            #expect(try await house.users.roles(of: ana.id) == ["ml-2026": .student])
            _ = try await house.person("ana", groups: ["students", "tutors"])
            #expect(try await house.users.roles(of: ana.id) == ["ml-2026": .assistant])
            _ = try await house.person("ana")
            #expect(try await house.users.roles(of: ana.id).isEmpty)
        }
    }

    @Test func signInsAndChangesOfRulesNeverMissEachOther() async throws {
        try await withHouse { house in
            let profile = try await house.profile()
            let rules = [GroupRule(group: "students", role: .student)]
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<12 {
                    group.addTask { _ = try await house.person("s\(number)", groups: ["students"]) }
                    if number == 6 {
                        group.addTask {
                            try await house.profiles.setGroupRules(rules, of: profile.id, audit: .test("profile.edit"))
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await house.profiles.members(of: profile.id).count == 12)
            #expect(try await house.audit.firstBroken() == nil)
        }
    }
}
