import BedelDomain
import Testing

@Suite("The job queue")
struct JobQueueTests {
    private let lease = Duration.seconds(30)

    @Test func jobsAreTakenOldestFirstAndOnlyOnce() async throws {
        try await withJobs(2) { house, versions in
            let first = try #require(try await house.jobs.claim(worker: "a", lease: lease, at: noon + .seconds(5)))
            #expect(first.work == .build(versions[0].id))
            #expect(first.attempt == 1)
            #expect(first.state == .running)
            let second = try await house.jobs.claim(worker: "b", lease: lease, at: noon + .seconds(5))
            #expect(second?.work == .build(versions[1].id))
            #expect(try await house.jobs.claim(worker: "c", lease: lease, at: noon + .seconds(5)) == nil)
            #expect(try await house.jobs.pending().count == 2)
        }
    }

    @Test func manyWorkersNeverHoldTheSameJob() async throws {
        try await withJobs(12) { house, versions in
            let claimed = try await withThrowingTaskGroup(of: [Job.ID].self) { group in
                for worker in 0..<6 {
                    group.addTask {
                        var mine: [Job.ID] = []
                        let time = noon + .seconds(60)
                        while let job = try await house.jobs.claim(worker: "w\(worker)", lease: self.lease, at: time) {
                            mine.append(job.id)
                        }
                        return mine
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(Set(claimed).count == claimed.count)
            #expect(claimed.count == versions.count)
        }
    }

    @Test func aDeadWorkersJobGoesToAnotherWhenTheLeaseHasRunOut() async throws {
        try await withJobs(1) { house, _ in
            let job = try #require(try await house.jobs.claim(worker: "a", lease: lease, at: noon))
            #expect(try await house.jobs.claim(worker: "b", lease: lease, at: noon + .seconds(29)) == nil)
            let again = try #require(try await house.jobs.claim(worker: "b", lease: lease, at: noon + .seconds(30)))
            #expect(again.id == job.id)
            #expect(again.attempt == 2)
            #expect(try await !house.jobs.renew(job.id, worker: "a", lease: lease, at: noon + .seconds(31)))
            try await house.jobs.finish(job.id, worker: "a", .done, at: noon + .seconds(31))
            #expect(try await house.jobs.pending().map(\.state) == [.running])
            try await house.jobs.finish(job.id, worker: "b", .done, at: noon + .seconds(32))
            #expect(try await house.jobs.pending().isEmpty)
        }
    }

    @Test func aHeartbeatKeepsTheLease() async throws {
        try await withJobs(1) { house, _ in
            let job = try #require(try await house.jobs.claim(worker: "a", lease: lease, at: noon))
            #expect(try await house.jobs.renew(job.id, worker: "a", lease: lease, at: noon + .seconds(20)))
            #expect(try await house.jobs.claim(worker: "b", lease: lease, at: noon + .seconds(40)) == nil)
        }
    }

    @Test func aJobToBeDoneAgainWaitsFirst() async throws {
        try await withJobs(1) { house, _ in
            let job = try #require(try await house.jobs.claim(worker: "a", lease: lease, at: noon))
            let error = BedelError(.unavailable, "The package index is away.")
            try await house.jobs.finish(job.id, worker: "a", .again(after: .seconds(10), error), at: noon)
            #expect(try await house.jobs.claim(worker: "a", lease: lease, at: noon + .seconds(9)) == nil)
            #expect(try await house.jobs.claim(worker: "a", lease: lease, at: noon + .seconds(10))?.attempt == 2)
        }
    }

    @Test func aJobWhoseAttemptsAreUsedUpByRetriesIsFailedAndFound() async throws {
        try await withJobs(1) { house, versions in
            var time = noon
            for _ in 0..<3 {
                let job = try #require(try await house.jobs.claim(worker: "a", lease: lease, at: time))
                let error = BedelError(.unavailable, "Not now.")
                try await house.jobs.finish(job.id, worker: "a", .again(after: .seconds(1), error), at: time)
                time = time + .seconds(1)
            }
            #expect(try await house.jobs.claim(worker: "a", lease: lease, at: time) == nil)
            try await expectExhausted(house, versions[0])
        }
    }

    @Test func aJobThatKillsItsWorkersIsFailedAndFound() async throws {
        try await withJobs(1) { house, versions in
            var time = noon
            for attempt in 1...3 {
                #expect(try await house.jobs.claim(worker: "a", lease: lease, at: time)?.attempt == attempt)
                #expect(try await house.jobs.exhausted().isEmpty)
                time = time + lease
            }
            #expect(try await house.jobs.claim(worker: "a", lease: lease, at: time) == nil)
            try await expectExhausted(house, versions[0])
        }
    }

    @Test func aRoundWhoseJobFailedIsFoundUntilItIsFailed() async throws {
        try await withHouse { house in
            try await house.profile()
            let teacher = try await house.person("teacher")
            let assignment = try await house.assignment(by: teacher)
            _ = try await house.readyVersion("digits", by: teacher, for: "digits")
            while let job = try await house.jobs.claim(worker: "a", lease: lease, at: noon) {
                try await house.jobs.finish(job.id, worker: "a", .done, at: noon)
            }
            let round = try await house.open(assignment, by: teacher)
            let job = try #require(try await house.jobs.claim(worker: "a", lease: lease, at: noon))
            try await house.jobs.finish(job.id, worker: "a", .failed(BedelError(.unavailable, "No.")), at: noon)
            #expect(try await house.jobs.exhausted().map(\.work) == [.evaluate(round.id)])
            try await house.evaluations.finish(
                round.id, as: .failed, ranks: [:], at: noon, audit: .test("round.failed"))
            #expect(try await house.jobs.exhausted().isEmpty)
        }
    }

    private func expectExhausted(_ house: House, _ version: Version) async throws {
        #expect(try await house.jobs.pending().isEmpty)
        let exhausted = try await house.jobs.exhausted()
        #expect(exhausted.map(\.work) == [.build(version.id)])
        #expect(exhausted.map(\.state) == [.failed])
        let fault = Fault(BedelError(.unavailable, "Given up."))
        #expect(try await house.advance(version, .received, .failed, fault: fault))
        #expect(try await house.jobs.exhausted().isEmpty)
    }

    /// With so many build jobs, made a millisecond apart.
    private func withJobs(_ count: Int, _ body: (House, [Version]) async throws -> Void) async throws {
        try await withHouse { house in
            try await house.profile()
            let ana = try await house.person("ana")
            var versions: [Version] = []
            for number in 0..<count {
                versions.append(try await house.handIn("digits", by: ana, at: noon - .milliseconds(count - number)))
            }
            try await body(house, versions)
        }
    }
}
