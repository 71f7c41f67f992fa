import BedelDomain
import BedelSubmissions
import NIOPosix
import Testing

@Suite("Building a version")
struct BuildJobTests {
    struct Site {
        let course: Course
        let unpacked: TemporaryDirectory
        let runner: FakeRunner
        let version: Version
        let signals = LocalSignals()
        let job: BuildJob

        init(_ behaviour: FakeRunner.Behaviour = .init()) async throws {
            course = try Course()
            unpacked = try TemporaryDirectory()
            runner = FakeRunner(behaviour)
            version = try await course.intake().receive(
                course.upload(try await Archives.zip(Archives.digits)), from: course.ana, in: here)
            job = BuildJob(
                models: course.models,
                bundles: BundleDirectory(root: unpacked.path, blobs: course.blobs, pool: .singleton),
                runner: runner, envelopes: EnvelopeChoice(models: course.models, evaluations: course.evaluations),
                signals: signals, clock: course.clock, logger: quiet)
        }

        func run(attempt: Int = 1) async throws -> Job.Outcome {
            try await job.run(
                Job(
                    id: .random(at: course.clock.now()), work: .build(version.id), state: .running, attempt: attempt,
                    maximumAttempts: 3, createdAt: course.clock.now()))
        }

        func now() async throws -> Version { try #require(try await course.models.version(version.id)) }
    }

    @Test func goodModelIsReadyAfterItsTrial() async throws {
        let site = try await Site(.init(output: ["loaded"], buildLines: ["installing numpy", "done"]))
        let outcome = try await site.run()
        guard case .done = outcome else { return #expect(Bool(false), "\(outcome)") }
        let version = try await site.now()
        #expect(version.state == .ready)
        #expect(version.environment == AuditRecord.genesis)
        #expect(site.runner.alive.isEmpty, "the trial instance still runs")
        let order = try #require(site.runner.started.first)
        #expect(order.bundleDirectory == "\(site.unpacked.path)/\(version.bundle.hex)")
        #expect(order.envelope == .standard)
        #expect(site.course.models.audited.map(\.action) == ["model.submit", "build.started", "build.finished"])
        let lines = site.course.models.lines(of: version.id)
        #expect(lines.contains("installing numpy"))
        #expect(lines.contains("loaded"))
        #expect(lines.last?.hasPrefix("Ready") == true)
    }

    @Test func stoppedBuildLetsItsTrialGoAndFailsByNobodysFault() async throws {
        let (begun, began) = AsyncStream<Void>.makeStream()
        // A model that would take for ever to start.
        let site = try await Site(
            .init(start: { _ in
                began.yield()
                try await Task.sleep(for: .seconds(3600))
            }))
        async let outcome = site.run()
        for await _ in begun { break }
        let stopped = Fault(BedelError(.stopped, "The build was stopped by ana."))
        #expect(
            try await site.course.models.advance(
                site.version.id, from: .building, to: .failed, environment: nil, fault: stopped, audit: nil))
        try await site.signals.send(.version(site.version.id))
        guard case .done = try await outcome else { return #expect(Bool(false)) }
        #expect(site.runner.alive.isEmpty, "the trial instance still runs")
        #expect(try await site.now().fault == stopped)
        #expect(stopped.blame == .platform)
        #expect(site.course.models.audited.map(\.action) == ["model.submit", "build.started"])
    }

    @Test func modelsFaultFailsAtOnceWithWhatItPrinted() async throws {
        let site = try await Site(
            .init(start: { _ in throw crashed }, output: ["Traceback", "ImportError: no module"]))
        guard case .failed(let error) = try await site.run() else { return #expect(Bool(false)) }
        #expect(error.code == .modelCrashed)
        let version = try await site.now()
        #expect(version.state == .failed)
        #expect(version.fault == Fault(crashed))
        #expect(site.runner.alive.isEmpty)
        #expect(site.course.models.lines(of: version.id).contains("ImportError: no module"))
        let audit = try #require(site.course.models.audited.last)
        #expect(audit.action == "build.failed")
        #expect(audit.outcome == .failed)
    }

    @Test func requirementsThatCannotBeInstalledFailAtOnce() async throws {
        let error = BedelError(.invalidRequirements, "No such package.", next: "Correct it.")
        let site = try await Site(.init(environment: .failure(error), buildLines: ["error: nope"]))
        guard case .failed = try await site.run() else { return #expect(Bool(false)) }
        #expect(try await site.now().fault?.blame == .model)
        #expect(site.runner.started.isEmpty)
        #expect(site.course.models.lines(of: site.version.id).contains("error: nope"))
    }

    @Test func platformFaultIsTriedAgainAndAtLastFailsWithoutBlame() async throws {
        let site = try await Site(.init(environment: .failure(away)))
        for attempt in 1...2 {
            guard case .again(let delay, _) = try await site.run(attempt: attempt) else { return #expect(Bool(false)) }
            #expect(delay == .seconds(5 * attempt))
            #expect(try await site.now().state == .building)
        }
        guard case .failed = try await site.run(attempt: 3) else { return #expect(Bool(false)) }
        #expect(try await site.now().fault?.blame == .platform)
    }

    @Test func runningAgainAfterADeathFinishesOnce() async throws {
        let site = try await Site()
        _ = try await site.course.models.advance(
            site.version.id, from: .received, to: .building, environment: nil, fault: nil, audit: nil)
        guard case .done = try await site.run(attempt: 2), case .done = try await site.run(attempt: 3) else {
            return #expect(Bool(false))
        }
        #expect(site.runner.prepared == 1)
        #expect(site.course.models.audited.filter { $0.action == "build.finished" }.count == 1)
    }

    @Test func buildStoppedInTheMiddleLeavesTheVersionToTheNext() async throws {
        let (reached, reach) = AsyncStream<Void>.makeStream()
        let site = try await Site(
            .init(start: { _ in
                reach.yield()
                try await Task.sleep(for: .seconds(3600))
            }))
        let running = Task { try await site.run() }
        for await _ in reached { break }
        running.cancel()
        await #expect(throws: (any Error).self) { try await running.value }
        #expect(try await site.now().state == .building)
        #expect(site.runner.alive.isEmpty)
    }

    @Test func versionWhoseJobWasLostIsGivenUpWithoutBlame() async throws {
        let site = try await Site()
        let job = Job(
            id: .random(at: site.course.clock.now()), work: .build(site.version.id), state: .failed, attempt: 3,
            maximumAttempts: 3, createdAt: site.course.clock.now())
        try await site.job.giveUp(job)
        try await site.job.giveUp(job)
        #expect(try await site.now().fault?.blame == .platform)
        #expect(site.course.models.audited.filter { $0.action == "build.failed" }.count == 1)
    }

    @Test func competingModelIsTriedInItsAssignmentsEnvelope() async throws {
        let site = try await Site()
        var tight = Envelope.standard
        tight.memory = 64 << 20
        try await site.course.addAssignment("letters", deadline: nil, envelope: tight)
        let version = try await site.course.intake().receive(
            site.course.upload(try await Archives.zip(Archives.digits), model: "letters-ana"), from: site.course.ana,
            in: here)
        _ = try await site.job.run(
            Job(
                id: .random(at: site.course.clock.now()), work: .build(version.id), state: .running, attempt: 1,
                maximumAttempts: 3, createdAt: site.course.clock.now()))
        #expect(site.runner.started.first?.envelope == tight)
    }
}
