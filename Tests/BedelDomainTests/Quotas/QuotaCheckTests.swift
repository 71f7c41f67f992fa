import BedelDomain
import Testing

@Suite("Quotas")
struct QuotaCheckTests {
    private func check(
        _ quota: [Quota.Unit: Int64], models: Int64 = 3, retirable: [String] = ["digits", "tree"],
        helpers: [String] = ["prof"], isOneMember: Bool = true
    ) -> QuotaCheck {
        QuotaCheck(
            isOneMember: isOneMember,
            allowance: Allowance(
                quota: Quota(quota),
                usage: Usage(models: models, storage: 10 << 20, submissions: 5, envelope: .standard)),
            retirable: retirable.compactMap(Label.init), helpers: helpers)
    }

    private let oneModel = Usage(models: 1, storage: 2 << 20, submissions: 1, envelope: .standard)

    private func refusal(_ check: QuotaCheck, _ need: Usage) throws -> BedelError {
        try #require(throws: BedelError.self) { try check.require(need) }
    }

    @Test func aFullShelfIsExplainedWithWhatToDo() throws {
        let error = try refusal(check([.models: 3]), oneModel)
        #expect(error.code == .quotaExceeded)
        #expect(error.message == "3 of 3 models used by you; this needs one more.")
        #expect(error.next == "Retire one of “digits”, “tree”, or ask prof for more.")
    }

    @Test func whatCannotBeRetiredIsNotOffered() throws {
        let error = try refusal(check([.models: 3], retirable: [], helpers: [], isOneMember: false), oneModel)
        #expect(error.message == "3 of 3 models used in this profile; this needs one more.")
        #expect(error.next == "Ask an admin for more.")
        #expect(error.arguments["helpers"] == nil && error.arguments["advice"] == "ask")
    }

    @Test func theLastUnitCanBeTaken() throws {
        try check([.models: 4, .storage: 12 << 20, .submissionsPerDay: 6]).require(oneModel)
    }

    @Test(arguments: [
        (Quota.Unit.instances, Int64(3), "3 of 3 running instances"), (.cpu, 3500, "3 of 3.500 cores"),
        (.memory, 1536 << 20, "1536 MiB of 1536 MiB of memory"), (.storage, 11 << 20, "10 MiB of 11 MiB of storage"),
        (.submissionsPerDay, 5, "5 of 5 hand-ins"), (.models, 0, "3 of 0 models"),
    ])
    func everyUnitIsHeldAgainstItsLimit(_ unit: Quota.Unit, _ limit: Int64, _ words: String) throws {
        let error = try refusal(check([unit: limit]), oneModel)
        #expect(error.message.hasPrefix(words), "\(error.message)")
        #expect(error.arguments["unit"] == unit.rawValue)
    }

    @Test func whatIsNotNeededIsNotChecked() throws {
        // A new version of a model that is there: no model, no instance.
        try check([.models: 3, .instances: 3, .cpu: 0, .memory: 0]).require(
            Usage(models: 0, storage: 1, submissions: 1, envelope: .standard))
    }

    @Test func limitsNobodyCanMeanAreRefused() {
        #expect(throws: BedelError.self) { try Quota([.models: -1]).validate() }
        #expect(throws: BedelError.self) { try Quota([.storage: .max]).validate() }
        #expect(throws: Never.self) { try Quota([.models: 0]).validate() }
    }
}
