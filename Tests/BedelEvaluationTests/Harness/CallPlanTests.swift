import BedelDomain
import Testing

@testable import BedelEvaluation

@Suite("Call plan")
struct CallPlanTests {
    private func plan(seed: UInt64, rowsPerCall: Int) throws -> CallPlan {
        let csv = "x,y\n" + (0..<10).map { "\($0),label-\($0)\n" }.joined()
        return CallPlan(
            try HiddenDataset(csv: Array(csv.utf8), limits: .standard),
            RoundManifest(
                harness: "h", dataset: AuditRecord.genesis, metric: .accuracy, envelope: .standard, seed: seed,
                rowsPerCall: rowsPerCall, warmUpCalls: 1, platformRetries: 0))
    }

    private func bodies(_ plan: CallPlan) -> [String] { plan.batches.map { String(decoding: $0.body, as: UTF8.self) } }

    @Test func rowsAreInTheSeedsOrderAndTheTruthBesideThem() throws {
        let plan = try plan(seed: 2026, rowsPerCall: 4)
        // The order of ten rows under seed 2026 is 5 0 9 2 4 7 3 6 8 1.
        #expect(
            bodies(plan) == [
                #"{"data":{"names":["x"],"ndarray":[[5],[0],[9],[2]]}}"#,
                #"{"data":{"names":["x"],"ndarray":[[4],[7],[3],[6]]}}"#,
                #"{"data":{"names":["x"],"ndarray":[[8],[1]]}}"#,
            ])
        #expect(
            plan.batches.map { $0.truth.map(\.text) }.joined().joined(separator: " ")
                == [5, 0, 9, 2, 4, 7, 3, 6, 8, 1].map { "label-\($0)" }.joined(separator: " "))
    }

    @Test func sameSeedGivesTheSameBytes() throws {
        #expect(bodies(try plan(seed: 7, rowsPerCall: 3)) == bodies(try plan(seed: 7, rowsPerCall: 3)))
        #expect(bodies(try plan(seed: 7, rowsPerCall: 3)) != bodies(try plan(seed: 8, rowsPerCall: 3)))
    }

    @Test func labelsAreInNoBody() throws {
        #expect(bodies(try plan(seed: 1, rowsPerCall: 3)).allSatisfy { !$0.contains("label") && !$0.contains("\"y\"") })
    }

    @Test func zeroRowsACallIsTakenAsOne() throws {
        #expect(try plan(seed: 1, rowsPerCall: 0).batches.count == 10)
    }
}
