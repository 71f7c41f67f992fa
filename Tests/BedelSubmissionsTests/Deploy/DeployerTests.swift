import BedelDomain
import BedelSubmissions
import NIOPosix
import ServiceLifecycle
import Testing

@Suite("The deployer")
struct DeployerTests {
    private struct Site {
        let course: Course
        let unpacked: TemporaryDirectory
        let runner = FakeRunner(.init(output: ["bye"]))
        let signals = LocalSignals()
        let clock = ManualClock()
        let deployer: Deployer

        init(sleepAfter: Duration? = nil) throws {
            course = try Course()
            unpacked = try TemporaryDirectory()
            deployer = Deployer(
                models: course.models,
                bundles: BundleDirectory(root: unpacked.path, blobs: course.blobs, pool: .singleton),
                runner: runner, envelopes: EnvelopeChoice(models: course.models, evaluations: course.evaluations),
                signals: signals, clock: course.clock, sleepAfter: sleepAfter, sleeper: clock,
                logger: quiet)
        }

        func ready() async throws -> Version {
            let version = try await course.intake().receive(
                course.upload(try await Archives.zip(Archives.digits)), from: course.ana, in: here)
            for (from, to) in [(Version.State.received, Version.State.building), (.building, .ready)] {
                _ = try await course.models.advance(
                    version.id, from: from, to: to, environment: AuditRecord.genesis, fault: nil, audit: nil)
            }
            return version
        }

        func whileRunning(_ body: @Sendable @escaping () async throws -> Void) async throws {
            let group = ServiceGroup(services: [deployer], logger: quiet)
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await group.run() }
                try await body()
                await group.triggerGracefulShutdown()
                try await tasks.waitForAll()
            }
        }

        func look() async throws {
            clock.advance(by: .milliseconds(200))
            try await signals.send(.everything)
        }
    }

    @Test func readyVersionRunsAndAnswers() async throws {
        let site = try Site()
        let version = try await site.ready()
        let topics = site.signals.topics()
        try await site.whileRunning {
            for await topic in topics where topic == .instances {
                if await site.deployer.instance(of: version.id)?.state == .ready { break }
            }
            let instance = try #require(await site.deployer.instance(of: version.id))
            #expect(instance.address == .unixSocket(path: "/run/\(instance.id)"))
            let answer = try await site.deployer.call(
                version.id, ModelRequest(path: "/", body: [], timeLimit: .seconds(1)))
            #expect(answer.body == Array(instance.id.rawValue.utf8))
            #expect(await site.deployer.output(of: version.id) == ["bye"])
        }
        #expect(site.runner.alive.isEmpty, "an instance outlived the shutdown")
    }

    @Test func newVersionTakesThePlaceOfTheOld() async throws {
        let site = try Site()
        let old = try await site.ready()
        try await site.whileRunning {
            #expect(await eventually { await site.deployer.instance(of: old.id)?.state == .ready })
            let new = try await site.ready()
            #expect(
                await eventually {
                    try await site.look()
                    return await site.deployer.instance(of: new.id)?.state == .ready
                })
            #expect(site.runner.alive.count == 2, "the old one had no time for what it was asked")
            #expect(
                await eventually {
                    site.clock.advance(by: .seconds(1))
                    return site.runner.alive.count == 1
                })
            #expect(await site.deployer.instances().map(\.version) == [new.id])
        }
    }

    @Test func crashIsLoggedAndTheModelStartsAgain() async throws {
        let site = try Site()
        let version = try await site.ready()
        try await site.whileRunning {
            #expect(await eventually { await site.deployer.instance(of: version.id)?.state == .ready })
            let first = try #require(await site.deployer.instance(of: version.id))
            site.runner.crash(first.id, crashed)
            #expect(await eventually { site.course.models.lines(of: version.id).contains("bye") })
            #expect(
                await eventually {
                    site.clock.advance(by: .milliseconds(100))
                    return await site.deployer.instance(of: version.id)?.state == .ready
                })
            let second = try #require(await site.deployer.instance(of: version.id))
            #expect(second.id != first.id)
            #expect(second.restarts == 1)
        }
    }

    @Test func sleepingModelIsStoppedAndACallStartsIt() async throws {
        let site = try Site(sleepAfter: .seconds(60))
        let version = try await site.ready()
        try await site.whileRunning {
            #expect(await eventually { await site.deployer.instance(of: version.id)?.state == .ready })
            site.course.clock.advance(by: .seconds(60))
            #expect(
                await eventually {
                    try await site.look()
                    return await site.deployer.instance(of: version.id)?.state == .stopped
                })
            #expect(
                await eventually {
                    site.clock.advance(by: .seconds(1))
                    return site.runner.alive.isEmpty
                })
            let error = await refusal {
                try await site.deployer.call(version.id, ModelRequest(path: "/", body: [], timeLimit: .seconds(1)))
            }
            #expect(error?.code == .modelNotReady)
            #expect(await eventually { await site.deployer.instance(of: version.id)?.state == .ready })
        }
    }

    @Test func versionThatDoesNotRunIsNotReady() async throws {
        let site = try Site()
        let version = try await site.ready()
        let error = await refusal {
            try await site.deployer.call(version.id, ModelRequest(path: "/", body: [], timeLimit: .seconds(1)))
        }
        #expect(error?.code == .modelNotReady)
    }
}
