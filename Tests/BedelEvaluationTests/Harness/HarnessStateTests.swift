import BedelDomain
import Testing

@testable import BedelEvaluation

@Suite("Harness: what to do next")
struct HarnessStateTests {
    private let modelFault = BedelError(.modelCrashed, "It crashed.")
    private let platformFault = BedelError(.unavailable, "No slot.")

    /// Five rows in calls of two, so three calls.
    private func state(warmUps: Int = 1, retries: Int = 2, triesBefore: Int = 0) throws -> HarnessState {
        let csv = "x,y\n1,a\n2,b\n3,a\n4,b\n5,a\n"
        let manifest = RoundManifest(
            harness: "h", dataset: AuditRecord.genesis, metric: .accuracy, envelope: .standard, seed: 1, rowsPerCall: 2,
            warmUpCalls: warmUps, platformRetries: retries)
        let plan = CallPlan(try HiddenDataset(csv: Array(csv.utf8), limits: .standard), manifest)
        return HarnessState(plan, platformRetries: retries, triesBefore: triesBefore)
    }

    private func labels(_ count: Int) -> [ClassLabel] { Array(repeating: ClassLabel("a")!, count: count) }

    @Test func warmsUpAsksEveryBatchOnceStopsAndRecords() throws {
        var state = try state(warmUps: 2)
        #expect(state.begin() == .start)
        #expect(state.handle(.started) == .call(batch: 0))
        #expect(state.handle(.answered(labels(2), took: .seconds(9))) == .call(batch: 0))
        #expect(state.handle(.answered(labels(2), took: .seconds(9))) == .call(batch: 0))
        #expect(state.handle(.answered(labels(2), took: .milliseconds(30))) == .call(batch: 1))
        #expect(state.handle(.answered(labels(2), took: .milliseconds(10))) == .call(batch: 2))
        #expect(state.handle(.answered(labels(1), took: .milliseconds(20))) == .stop)
        guard case .record(.scored(let scores)) = state.handle(.stopped) else { return #expect(Bool(false)) }
        #expect(scores.correct == 3 && scores.total == 5 && scores.accuracy == 0.6)
        #expect(scores.medianMilliseconds == 20)
    }

    @Test func withoutWarmUpTheFirstCallCounts() throws {
        var state = try state(warmUps: 0)
        _ = state.begin()
        _ = state.handle(.started)
        #expect(state.handle(.answered(labels(2), took: .zero)) == .call(batch: 1))
    }

    @Test func modelFaultIsNeverRepeated() throws {
        var state = try state()
        _ = state.begin()
        _ = state.handle(.started)
        #expect(state.handle(.failed(modelFault)) == .stop)
        #expect(state.handle(.stopped) == .record(.fault(Fault(modelFault))))
    }

    @Test func platformFaultStartsAnewAsOftenAsTheManifestAllows() throws {
        var state = try state(retries: 2)
        #expect(state.begin() == .start)
        #expect(state.handle(.failed(platformFault)) == .stop)
        #expect(state.handle(.stopped) == .start)
        #expect(state.handle(.failed(platformFault)) == .stop)
        #expect(state.handle(.stopped) == .start)
        #expect(state.handle(.failed(platformFault)) == .stop)
        #expect(state.handle(.stopped) == .record(.fault(Fault(platformFault))))
    }

    @Test func nothingOfABrokenTryReachesTheScore() throws {
        var state = try state(warmUps: 0)
        _ = state.begin()
        _ = state.handle(.started)
        _ = state.handle(.answered([ClassLabel("b")!, ClassLabel("b")!], took: .seconds(50)))
        _ = state.handle(.failed(platformFault))
        #expect(state.handle(.stopped) == .start)
        #expect(state.handle(.started) == .call(batch: 0))
        for count in [2, 2, 1] { _ = state.handle(.answered(labels(count), took: .milliseconds(1))) }
        guard case .record(.scored(let scores)) = state.handle(.stopped) else { return #expect(Bool(false)) }
        #expect(scores.correct == 3 && scores.medianMilliseconds == 1)
    }

    @Test func triesOfADeadWorkerCount() throws {
        var state = try state(retries: 2, triesBefore: 2)
        #expect(state.begin() == .start)
        _ = state.handle(.failed(platformFault))
        #expect(state.handle(.stopped) == .record(.fault(Fault(platformFault))))
    }

    @Test func entryThatKeepsTakingWorkersDownIsGivenUpAsOurFault() throws {
        var state = try state(retries: 2, triesBefore: 3)
        guard case .record(.fault(let fault)) = state.begin() else { return #expect(Bool(false)) }
        #expect(fault.blame == .platform)
        #expect(fault.message.contains("3 times"))
    }

    @Test(arguments: [([], nil), ([5], 5), ([9, 1], 5), ([3, 1, 2], 2), ([4, 1, 3, 2], 2.5)] as [([Int], Double?)])
    func medianIsTheMiddle(_ milliseconds: [Int], _ median: Double?) {
        #expect(HarnessState.medianMilliseconds(of: milliseconds.map { .milliseconds($0) }) == median)
    }
}
