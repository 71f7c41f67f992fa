import BedelDomain
import Testing

@Suite("Quotas in the store")
struct QuotaStoreTests {
    /// 64 people at once, and room for so many: nobody gets what is not there, and nothing is left over.
    @Test(arguments: [QuotaHolder.profile, .everyMember], [Int64(1), 7])
    func sixtyFourRacingClientsNeverTakeMoreThanThereIs(_ holder: QuotaHolder, _ room: Int64) async throws {
        try await withHouse { house in
            let profile = try await house.profile()
            let ana = try await house.person("ana")
            try await house.quotas.set(
                Quota([.models: room]), of: holder, in: profile.id, audit: .test("quota.edit"))
            let outcomes = await withTaskGroup(of: BedelError.Code?.self) { group in
                for number in 0..<64 {
                    group.addTask {
                        do {
                            _ = try await house.handIn(Label("digits-\(number)")!, by: ana)
                            return nil
                        } catch { return BedelError.wrapping(error).code }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.filter { $0 == nil }.count == room)
            #expect(outcomes.compactMap(\.self).allSatisfy { $0 == .quotaExceeded })
            #expect(try await house.models.models(in: "ml-2026").count == room)
            #expect(try await house.quotas.allowance(of: profile.id, at: noon).usage[.models] == room)
        }
    }

    @Test func requestRatesAreKnownByProfileAndMemberAndGoWithTheProfile() async throws {
        try await withHouse { house in
            let profile = try await house.profile()
            let ana = try await house.person("ana")
            #expect(try await house.quotas.requestQuotas().isEmpty)
            let holders: [(QuotaHolder, Int64)] = [(.profile, 100), (.everyMember, 5), (.member(ana.id), 9)]
            for (holder, rate) in holders {
                try await house.quotas.set(
                    Quota([.requestsPerSecond: rate, .models: 3]), of: holder, in: profile.id,
                    audit: .test("quota.edit"))
            }
            let quota = try #require(try await house.quotas.requestQuotas()["ml-2026"])
            #expect(quota == RequestQuota(profile: 100, everyMember: 5, members: [ana.id: 9]))
            let other = try await house.person("eva")
            #expect(quota.limit(of: ana.id) == 9 && quota.limit(of: other.id) == 5)
            // Nothing counts them where something is handed in.
            _ = try await house.handIn("digits", by: ana)
            try await house.lifecycle.delete(profile.id, at: noon, audit: .test("profile.govern"))
            #expect(try await house.quotas.requestQuotas().isEmpty)
        }
    }

    @Test func retiringMakesRoomAndComingBackNeedsIt() async throws {
        try await withHouse { house in
            let profile = try await house.profile()
            let ana = try await house.person("ana")
            try await house.quotas.set(Quota([.models: 1]), of: .profile, in: profile.id, audit: .test("quota.edit"))
            let first = try await house.handIn("first", by: ana)
            // Another version of the same model needs no more room.
            _ = try await house.handIn("first", by: ana)
            await expectFailure(.quotaExceeded) { _ = try await house.handIn("second", by: ana) }
            try await house.models.retire(first.model, at: noon, audit: .test("model.retire"))
            _ = try await house.handIn("second", by: ana)
            await expectFailure(.quotaExceeded) { _ = try await house.handIn("first", by: ana) }
        }
    }

    @Test func aMembersOwnLimitStandsAboveEverybodys() async throws {
        try await withHouse { house in
            let profile = try await house.profile()
            let ana = try await house.person("ana")
            let eva = try await house.person("eva")
            try await house.quotas.set(
                Quota([.models: 0, .storage: 1 << 30]), of: .everyMember, in: profile.id, audit: .test("quota.edit"))
            try await house.quotas.set(
                Quota([.models: 2]), of: .member(ana.id), in: profile.id, audit: .test("quota.edit"))
            _ = try await house.handIn("digits", by: ana)
            await expectFailure(.quotaExceeded) { _ = try await house.handIn("tree", by: eva) }
            let allowance = try await house.quotas.allowance(of: ana.id, in: profile.id, at: noon)
            #expect(allowance.quota == Quota([.models: 2, .storage: 1 << 30]))
            #expect(allowance.usage[.models] == 1)
            #expect(allowance.usage[.storage] == 4096)
            #expect(try await house.quotas.quota(of: .member(ana.id), in: profile.id) == Quota([.models: 2]))
            #expect(try await house.quotas.quota(of: .member(eva.id), in: profile.id) == Quota())
        }
    }

    @Test func submissionsCountForADay() async throws {
        try await withHouse { house in
            let profile = try await house.profile()
            let ana = try await house.person("ana")
            try await house.quotas.set(
                Quota([.submissionsPerDay: 1]), of: .everyMember, in: profile.id, audit: .test("quota.edit"))
            _ = try await house.handIn("digits", by: ana)
            await expectFailure(.quotaExceeded) {
                _ = try await house.handIn("digits", by: ana, at: noon + .seconds(86_399))
            }
            _ = try await house.handIn("digits", by: ana, at: noon + .seconds(86_400))
        }
    }

    @Test(arguments: [
        Quota([.instances: 1]), Quota([.cpu: 1999]), Quota([.memory: 600 << 20]),
    ])
    func aLowerLimitStopsTheNewestAndAHigherOneBringsThemBack(_ low: Quota) async throws {
        try await withHouse { house in
            let profile = try await house.profile()
            let ana = try await house.person("ana")
            _ = try await house.readyVersion("first", by: ana)
            let second = try await house.handIn("second", by: ana, at: noon + .seconds(1))
            #expect(try await house.advance(second, .received, .building))
            #expect(try await house.advance(second, .building, .ready, environment: .test(9)))
            #expect(try await house.models.currentVersions(in: nil).count == 2)
            for holder in [QuotaHolder.profile, .everyMember, .member(ana.id)] {
                try await house.quotas.set(low, of: holder, in: profile.id, audit: .test("quota.edit"))
                #expect(try await house.models.currentVersions(in: nil).map(\.modelName) == ["first"])
                try await house.quotas.set(Quota(), of: holder, in: profile.id, audit: .test("quota.edit"))
                #expect(try await house.models.currentVersions(in: nil).count == 2)
            }
        }
    }
}
