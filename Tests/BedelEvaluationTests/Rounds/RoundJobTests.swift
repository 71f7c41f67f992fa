import BedelDomain
import Synchronization
import Testing

@testable import BedelEvaluation

@Suite("A round, run")
struct RoundJobTests {
    private let platformFault = BedelError(.unavailable, "No slot.")

    private func isDone(_ outcome: Job.Outcome) -> Bool { if case .done = outcome { true } else { false } }

    @Test func everyModelGetsItsVerdictAndTheRoundItsRanks() async throws {
        let course = Course([.perfect], [.constant], [.perfect])
        #expect(isDone(try await course.run()))
        let entries = try await course.entries()
        #expect(entries.map(\.rank) == [1, 3, 1])
        #expect(entries.map { $0.scores?.correct } == [9, 3, 9])
        #expect(entries.map { $0.scores?.macroF1 } == [1, 1.0 / 6, 1])
        #expect(entries.map(\.tries) == [1, 1, 1])
        #expect(try await course.state() == .finished)
        let audit = try #require(course.evaluations.audits.last)
        #expect(
            audit.action == "round.finished" && audit.facts["scored"] == "3"
                && audit.facts["manifest"] == course.round.manifestDigest.hex)
        #expect(course.runner.breaches == [] && course.runner.running == 0)
    }

    @Test func stoppedRoundLetsItsModelGoAtOnceAndKeepsWhatItHas() async throws {
        let (asked, ask) = AsyncStream<Void>.makeStream()
        let course = Course(
            [.perfect],
            [
                .answers { _, _ in
                    ask.yield()
                    // Longer than anybody waits: only being stopped ends it.
                    try await Task.sleep(for: .seconds(3600))
                    return .labels([])
                }
            ], [.perfect])
        async let outcome = course.run()
        for await _ in asked { break }
        try await course.evaluations.finish(
            course.round.id, as: .stopped, ranks: [:], at: course.clock.now(),
            audit: AuditEvent(system: "test", on: .platform, at: course.clock.now()))
        try await course.signals.send(.round(course.round.id))
        #expect(isDone(try await outcome))
        #expect(try await course.state() == .stopped)
        #expect(try await course.entries().map { $0.scores?.correct } == [9, nil, nil])
        #expect(course.runner.running == 0 && course.runner.breaches == [])
        #expect(course.starts(of: 2).isEmpty)
    }

    @Test func everyModelGetsTheSameBytesInTheSameOrderInTheSameEnvelope() async throws {
        let course = Course([.perfect], [.constant], [.perfect])
        _ = try await course.run()
        let bodies = (0..<3).map { course.calls(to: $0).map(\.body) }
        #expect(bodies[0].count == 5)
        #expect(bodies[0] == bodies[1] && bodies[1] == bodies[2])
        #expect(bodies[0][0] == bodies[0][1] && bodies[0][1] == bodies[0][2])
        #expect(Set(course.runner.starts.map(\.envelope)) == [Course.envelope])
        #expect(Set(course.runner.calls.map(\.request.timeLimit)) == [.seconds(7)])
        #expect(Set(course.runner.calls.map(\.request.path)) == ["/api/v1.0/predictions"])
        #expect(
            zip(course.runner.starts, course.versions).allSatisfy {
                $0.environment == $1.environment && $0.layout == $1.layout
            })
    }

    @Test func labelsAreInNoRequest() async throws {
        let dataset = "x,kind\n" + (0..<9).map { "\($0),canary-\($0)\n" }.joined()
        let course = Course([.says(#"{"data":{"ndarray":["canary-1"]}}"#)], [.perfect], dataset: dataset)
        _ = try await course.run()
        #expect(course.runner.calls.count > 5)
        #expect(course.runner.calls.allSatisfy { !$0.body.contains("canary") && !$0.body.contains("kind") })
    }

    @Test func hiddenValuesInAnAnswerDoNotReachTheVerdict() async throws {
        let course = Course([
            .answers { rows, _ in .labels(rows.map { _ in String(repeating: "canary ", count: 100) }) }
        ])
        _ = try await course.run()
        guard case .fault(let fault)? = try await course.entries()[0].verdict else { return #expect(Bool(false)) }
        #expect(fault.code == .modelAnswerInvalid)
        #expect(!"\(fault)".contains("canary"))
    }

    @Test func onlyMeasuredCallsAreTimed() async throws {
        let clock = Mutex<ManualClock?>(nil)
        let course = Course([
            .answers { rows, call in
                clock.withLock { $0 }?.advance(by: call < 2 ? .seconds(5) : .milliseconds(10 * call))
                return .labels(rows.map { "\(ScriptedRunner.Life.firstNumber($0) % 3)" })
            }
        ])
        clock.withLock { $0 = course.clock }
        _ = try await course.run()
        #expect(try await course.entries()[0].scores?.medianMilliseconds == 30)
    }

    @Test(arguments: [
        BedelError(.modelCrashed, "It crashed."), BedelError(.modelTimedOut, "It took too long."),
        BedelError(.modelOutOfMemory, "It ran out of memory."), BedelError(.modelAnswerInvalid, "Too large."),
    ])
    func modelFaultsAreTypedNotRepeatedAndHarmNobody(_ error: BedelError) async throws {
        let afterThree = ScriptedRunner.Life.answers { rows, call in
            guard call < 3 else { throw error }
            return .labels(rows.map { _ in "0" })
        }
        let course = Course([afterThree], [.failsToStart(error)], [.fails(error)], [.perfect])
        _ = try await course.run()
        let entries = try await course.entries()
        for entry in entries.prefix(3) {
            #expect(entry.verdict == .fault(Fault(error)) && entry.rank == nil && entry.tries == 1)
        }
        #expect(entries[3].scores?.correct == 9 && entries[3].rank == 1)
        #expect(course.runner.starts.count == 4 && course.runner.running == 0 && course.runner.breaches == [])
    }

    @Test(arguments: [
        "nonsense", #"{"data":{"ndarray":["0"]}}"#, #"{"data":{"ndarray":[NaN,NaN,NaN,NaN]}}"#,
        #"{"data":{"ndarray":[null,0,0,0]}}"#,
        #"{"data":{"ndarray":[0,0,0,0,0]}}"#,
    ])
    func nonsenseIsTheModelsFault(_ body: String) async throws {
        let course = Course([.says(body)], [.perfect])
        _ = try await course.run()
        let entries = try await course.entries()
        guard case .fault(let fault)? = entries[0].verdict else { return #expect(Bool(false)) }
        #expect(fault.code == .modelAnswerInvalid && fault.blame == .model)
        #expect(entries[1].rank == 1)
    }

    @Test func wrongCountInTheLastShortBatchIsSeen() async throws {
        let course = Course([.answers { _, _ in .labels(["0", "0", "0", "0"]) }])
        _ = try await course.run()
        guard case .fault(let fault)? = try await course.entries()[0].verdict else { return #expect(Bool(false)) }
        #expect(fault.message.contains("expected 1 row, one for each row sent, but it has 4"))
    }

    @Test func platformFaultIsRepeatedOnAFreshInstanceAndThenScored() async throws {
        let breaksOff = ScriptedRunner.Life.answers { [platformFault] rows, call in
            guard call < 4 else { throw platformFault }
            return .labels(rows.map { _ in "2" })
        }
        let course = Course([.failsToStart(platformFault), breaksOff, .perfect], [.perfect])
        _ = try await course.run()
        let entries = try await course.entries()
        #expect(entries.map { $0.scores?.correct } == [9, 9])
        #expect(entries.map(\.tries) == [3, 1] && entries.map(\.rank) == [1, 1])
        #expect(Set(course.starts(of: 0).map(\.id)).count == 3 && course.runner.breaches == [])
    }

    @Test func platformFaultThatStaysIsNeverAScore() async throws {
        struct Unknown: Error {}
        let course = Course([.fails(platformFault)], [.failsToStart(Unknown())], [.constant])
        _ = try await course.run()
        let entries = try await course.entries()
        for entry in entries.prefix(2) {
            guard case .fault(let fault)? = entry.verdict else { return #expect(Bool(false)) }
            #expect(fault.blame == .platform && entry.tries == 3 && entry.rank == nil)
        }
        #expect(entries[2].rank == 1)
        #expect(course.runner.starts.count == 7)
    }

    @Test func stoppedWorkerLeavesNothingRunningAndTheNextGoesOnThere() async throws {
        let cancels = ScriptedRunner.Life.answers { _, call in
            if call == 3 { withUnsafeCurrentTask { $0?.cancel() } }
            throw BedelError(.unavailable, "It was cut off.")
        }
        let course = Course(
            [.perfect],
            [
                .answers { rows, call in
                    if call == 3 { withUnsafeCurrentTask { $0?.cancel() } }
                    return .labels(rows.map { _ in "0" })
                }, .perfect,
            ], [cancels, .perfect])
        await #expect(throws: CancellationError.self) { try await Task { try await course.run() }.value }
        #expect(course.runner.running == 0)
        #expect(course.evaluations.recorded == [course.versions[0].id])
        #expect(isDone(try await course.run(attempt: 2)))
        #expect(course.evaluations.recorded == course.versions.map(\.id))
        #expect(try await course.entries().map { $0.scores?.correct } == [9, 9, 9])
        #expect(course.starts(of: 0).count == 1 && course.starts(of: 1).count == 2)
        #expect(course.runner.breaches == [])
    }

    @Test func cancelledCallThatFailsIsNoVerdict() async throws {
        let course = Course([
            .answers { _, _ in
                withUnsafeCurrentTask { $0?.cancel() }
                throw BedelError(.modelCrashed, "Its connection was closed.")
            }, .perfect,
        ])
        await #expect(throws: CancellationError.self) { try await Task { try await course.run() }.value }
        #expect(course.evaluations.recorded == [] && course.runner.running == 0)
        #expect(isDone(try await course.run(attempt: 2)))
        #expect(try await course.entries()[0].scores?.correct == 9)
    }

    @Test func databaseThatGoesAwayBringsTheJobBackAndNothingIsDoubled() async throws {
        let course = Course([.perfect], [.perfect], [.perfect])
        course.evaluations.onRecord { [platformFault] in if $0 == 1 { throw platformFault } }
        guard case .again = try await course.run() else { return #expect(Bool(false)) }
        course.evaluations.onRecord(nil)
        #expect(isDone(try await course.run(attempt: 2)))
        #expect(course.evaluations.recorded == course.versions.map(\.id))
        #expect(course.starts(of: 0).count == 1 && course.starts(of: 1).count == 2)
    }

    @Test func entryThatTookThreeWorkersDownIsGivenUpWithoutAStart() async throws {
        let course = Course([.perfect], tries: 3)
        _ = try await course.run()
        guard case .fault(let fault)? = try await course.entries()[0].verdict else { return #expect(Bool(false)) }
        #expect(fault.blame == .platform && course.runner.starts.isEmpty)
    }

    @Test func roundThatWasStoppedIsLeftAlone() async throws {
        let course = Course([.perfect], [.perfect], [.perfect])
        course.evaluations.onRecord { [evaluations = course.evaluations, id = course.round.id] in
            if $0 == 0 { evaluations.set(id, .stopped) }
        }
        #expect(isDone(try await course.run()))
        #expect(course.evaluations.recorded.count == 1 && course.runner.starts.count == 1)
        #expect(try await course.state() == .stopped)
        #expect(isDone(try await course.run()))
        #expect(course.runner.starts.count == 1)
    }

    @Test func verdictOfARoundStoppedMeanwhileIsNotRecorded() async throws {
        let box = Mutex<(@Sendable () -> Void)?>(nil)
        let course = Course([
            .answers { rows, _ in
                box.withLock { $0 }?()
                return .labels(rows.map { _ in "0" })
            }
        ])
        box.withLock {
            $0 = { [evaluations = course.evaluations, id = course.round.id] in evaluations.set(id, .stopped) }
        }
        #expect(isDone(try await course.run()))
        #expect(course.evaluations.recorded == [] && course.runner.running == 0)
    }

    @Test func finishedRoundIsNotRunAgain() async throws {
        let course = Course([.perfect])
        _ = try await course.run()
        #expect(isDone(try await course.run()))
        #expect(course.runner.starts.count == 1 && course.evaluations.audits.count == 1)
    }

    @Test func damagedDataEndsTheRoundAsFailedAfterTheLastAttempt() async throws {
        let course = Course([.perfect])
        course.blobs.set(Array("x,kind\n1,0\n2,1\n".utf8), as: course.round.manifest.dataset)
        guard case .again = try await course.run(attempt: 1, of: 2) else { return #expect(Bool(false)) }
        #expect(try await course.state() == .queued)
        guard case .failed(let error) = try await course.run(attempt: 2, of: 2) else { return #expect(Bool(false)) }
        #expect(error.detail.contains("damaged"))
        #expect(try await course.state() == .failed && course.runner.starts.isEmpty)
        #expect(course.evaluations.audits.last?.action == "round.failed")
    }

    @Test func roundOfAnotherHarnessDoesNotGoOn() async throws {
        let course = Course([.perfect], harness: "bedel-harness-0")
        guard case .failed = try await course.run(attempt: 3, of: 3) else { return #expect(Bool(false)) }
        #expect(course.runner.starts.isEmpty)
    }

    @Test func jobsOfOtherKindsAndUnknownRoundsFail() async throws {
        let course = Course([.perfect])
        for work in [Job.Work.build(.random(at: course.clock.now())), .evaluate(.random(at: course.clock.now()))] {
            let job = Job(
                id: .random(at: course.clock.now()), work: work, state: .running, attempt: 1, maximumAttempts: 3,
                createdAt: course.clock.now())
            guard case .failed = try await course.job.run(job) else { return #expect(Bool(false)) }
        }
    }

    @Test func jobGivenUpEndsItsRoundOnce() async throws {
        let course = Course([.perfect])
        let job = Job(
            id: .random(at: course.clock.now()), work: .evaluate(course.round.id), state: .failed, attempt: 3,
            maximumAttempts: 3, createdAt: course.clock.now())
        try await course.job.giveUp(job)
        try await course.job.giveUp(job)
        #expect(try await course.state() == .failed)
        #expect(course.evaluations.audits.map(\.action) == ["round.failed"])
    }
}
