import BedelDomain
import Testing

@Suite("Assignments and rounds")
struct EvaluationStoreTests {
    @Test func anAssignmentComesBackAsItWas() async throws {
        try await withCourse { house, teacher, assignment in
            let found = try await house.evaluations.assignment(named: "digits", in: "ml-2026")
            #expect(found == assignment)
            #expect(try await house.evaluations.assignments(in: "ml-2026") == [assignment])
            await expectFailure(.conflict) { _ = try await house.assignment(by: teacher) }
        }
    }

    @Test func aRoundFreezesTheReadyVersionsInTheOrderOfItsSeed() async throws {
        try await withCourse { house, teacher, assignment in
            var versions: [Version] = []
            for number in 0..<5 {
                let student = try await house.person("s\(number)")
                versions.append(
                    try await house.readyVersion(Label("digits-s\(number)") ?? "x", by: student, for: "digits"))
            }
            _ = try await house.readyVersion("practice", by: teacher)
            let round = try await house.open(assignment, by: teacher, seed: .max)
            #expect(round.number == 1)
            #expect(round.state == .queued)
            #expect(round.manifest.seed == .max)
            #expect(try await house.evaluations.round(round.id) == round)
            let entries = try await house.evaluations.entries(of: round.id)
            let sorted = versions.map(\.id).sorted()
            let order = SeededOrder.permutation(of: 5, seed: .max)
            #expect(entries.map(\.version) == order.map { sorted[$0] })
            #expect(entries.map(\.position) == Array(0..<5))
            #expect(entries.allSatisfy { $0.state == .waiting && $0.verdict == nil && $0.tries == 0 })
            #expect(try await house.jobs.pending().map(\.work).contains(.evaluate(round.id)))
            _ = try await house.readyVersion("digits-s0", by: try await house.person("s0"), for: "digits")
            #expect(try await house.evaluations.entries(of: round.id) == entries)
        }
    }

    @Test func aRoundWithoutModelsIsRefused() async throws {
        try await withCourse { house, teacher, assignment in
            await expectFailure(.noEntries) { _ = try await house.open(assignment, by: teacher) }
            let rounds = try await house.evaluations.rounds(of: "digits", in: "ml-2026")
            #expect(rounds.isEmpty)
        }
    }

    @Test func ofTwoRoundsAtOnceOneOpens() async throws {
        try await withCourse { house, teacher, assignment in
            _ = try await house.readyVersion("digits", by: teacher, for: "digits")
            let opened = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<4 { group.addTask { (try? await house.open(assignment, by: teacher)) != nil } }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(opened == 1)
            await expectFailure(.conflict) { _ = try await house.open(assignment, by: teacher) }
        }
    }

    @Test func aRoundRunsToItsRanks() async throws {
        try await withCourse { house, teacher, assignment in
            let (good, bad) = try await twoModels(house)
            let round = try await house.open(assignment, by: teacher)
            try await house.evaluations.begin(round.id, at: noon)
            let scores = Scores(accuracy: 0.1 + 0.2, macroF1: 1.0 / 3, correct: 3, total: 10, medianMilliseconds: nil)
            let fault = Fault(blame: .model, code: .modelTimedOut, message: "Too slow.", next: "Be quick.")
            for (version, verdict) in [(good, Verdict.scored(scores)), (bad, .fault(fault))] {
                try await house.evaluations.begin(version.id, in: round.id)
                try await house.evaluations.begin(version.id, in: round.id)
                try await house.evaluations.record(verdict, of: version.id, in: round.id, at: noon)
            }
            try await house.evaluations.finish(
                round.id, as: .finished, ranks: [good.id: 1], at: noon + .seconds(9), audit: .test("round.finished"))
            let entries = try await house.evaluations.entries(of: round.id)
            let byVersion = Dictionary(uniqueKeysWithValues: entries.map { ($0.version, $0) })
            #expect(byVersion[good.id]?.verdict == .scored(scores))
            #expect(byVersion[good.id]?.rank == 1)
            #expect(byVersion[good.id]?.tries == 2)
            #expect(byVersion[bad.id]?.verdict == .fault(fault))
            #expect(byVersion[bad.id]?.rank == nil)
            let finished = try #require(try await house.evaluations.round(round.id))
            #expect(finished.state == .finished)
            #expect(finished.startedAt == noon)
            #expect(finished.finishedAt == noon + .seconds(9))
            #expect(try await house.open(assignment, by: teacher).number == 2)
        }
    }

    @Test func aVerdictIsGivenOnceAndNotAfterTheEnd() async throws {
        try await withCourse { house, teacher, assignment in
            let (good, bad) = try await twoModels(house)
            let round = try await house.open(assignment, by: teacher)
            let verdict = Verdict.scored(Scores(accuracy: 1, macroF1: 1, correct: 1, total: 1, medianMilliseconds: 2))
            try await house.evaluations.record(verdict, of: good.id, in: round.id, at: noon)
            await expectFailure(.conflict) {
                try await house.evaluations.record(verdict, of: good.id, in: round.id, at: noon)
            }
            await expectFailure(.notFound) {
                try await house.evaluations.record(verdict, of: .random(at: noon), in: round.id, at: noon)
            }
            try await house.evaluations.finish(
                round.id, as: .stopped, ranks: [:], at: noon, audit: .test("round.stopped"))
            await expectFailure(.conflict) {
                try await house.evaluations.record(verdict, of: bad.id, in: round.id, at: noon)
            }
            await expectFailure(.conflict) { try await house.evaluations.begin(round.id, at: noon) }
        }
    }

    @Test func aRoundEndsOnce() async throws {
        try await withCourse { house, teacher, assignment in
            _ = try await twoModels(house)
            let round = try await house.open(assignment, by: teacher)
            await expectFailure(.internalFailure) {
                try await house.evaluations.finish(round.id, as: .running, ranks: [:], at: noon, audit: .test("x"))
            }
            try await house.evaluations.finish(round.id, as: .stopped, ranks: [:], at: noon, audit: .test("first"))
            try await house.evaluations.finish(round.id, as: .finished, ranks: [:], at: noon, audit: .test("second"))
            #expect(try await house.evaluations.round(round.id)?.state == .stopped)
            #expect(try await !house.auditedActions().contains("second"))
        }
    }

    @Test func aRankForAModelWithoutScoresIsRefused() async throws {
        try await withCourse { house, teacher, assignment in
            let (good, _) = try await twoModels(house)
            let round = try await house.open(assignment, by: teacher)
            await expectFailure(.internalFailure) {
                try await house.evaluations.finish(
                    round.id, as: .finished, ranks: [good.id: 1], at: noon, audit: .test("x"))
            }
            #expect(try await house.evaluations.round(round.id)?.state == .queued)
        }
    }

    private func twoModels(_ house: House) async throws -> (Version, Version) {
        let good = try await house.readyVersion("digits-ana", by: try await house.person("ana"), for: "digits")
        let bad = try await house.readyVersion("digits-eva", by: try await house.person("eva"), for: "digits")
        return (good, bad)
    }

    private func withCourse(_ body: (House, User, Assignment) async throws -> Void) async throws {
        try await withHouse { house in
            try await house.profile()
            let teacher = try await house.person("teacher")
            try await body(house, teacher, try await house.assignment(by: teacher))
        }
    }
}
