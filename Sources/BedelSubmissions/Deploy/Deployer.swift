package import BedelDomain
package import Logging
internal import ServiceLifecycle

/// Keeps the newest ready version of every model running, by what the ``DeploymentPlan`` says.
package actor Deployer: Service, InstanceDirectory {
    private let models: any ModelStore
    private let bundles: BundleDirectory
    private let runner: any Runner
    private let envelopes: EnvelopeChoice
    private let signals: any Signals
    private let clock: any TimeSource
    private let sleeper: any Clock<Duration>
    private let logger: Logger
    private var plan: DeploymentPlan

    /// A lost signal is made good by looking this often.
    private static let interval = Duration.seconds(30)
    /// Many signals at once (a build's log) are one look.
    private static let breath = Duration.milliseconds(200)
    /// Whoever was let in before the gateways heard of it gets their answer; as long as a call takes at most by default.
    private static let farewell = Duration.seconds(10)

    /// - Parameters:
    ///   - parallelism: how many instances may start at the same time.
    ///   - sleepAfter: a model nobody has called for so long is stopped until somebody does; nil: never.
    ///   - sleeper: for pauses; a test's own clock, or the machine's.
    package init(
        models: any ModelStore, bundles: BundleDirectory, runner: any Runner, envelopes: EnvelopeChoice,
        signals: any Signals, clock: any TimeSource, parallelism: Int = 2, sleepAfter: Duration? = nil,
        sleeper: any Clock<Duration> = .continuous,
        logger: Logger
    ) {
        self.models = models
        self.bundles = bundles
        self.runner = runner
        self.envelopes = envelopes
        self.signals = signals
        self.clock = clock
        self.sleeper = sleeper
        self.logger = logger
        plan = DeploymentPlan(
            settings: DeploymentPlan.Settings(parallelism: parallelism, sleepAfter: sleepAfter))
    }

    // MARK: - Service

    /// Runs until shutdown, then stops every instance.
    package func run() async throws {
        let (inbox, post) = AsyncStream<Message>.makeStream()
        let (bell, ring) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        ring.yield()
        await withDiscardingTaskGroup { group in
            group.addTask { await self.listen(ring, post) }
            group.addTask { await self.tick(ring) }
            group.addTask { await self.look(bell, post) }
            group.addTask { for await exit in self.runner.exits { post.yield(.event(.exited(exit.id, exit.error))) } }
            await withTaskCancellationOrGracefulShutdownHandler {
                for await message in inbox {
                    guard case .event(let event) = message else { break }
                    await self.perform(event, in: &group, post: post)
                }
            } onCancelOrGracefulShutdown: {
                post.yield(.stop)
            }
            group.cancelAll()
        }
        await stopAll()
    }

    private enum Message: Sendable {
        case event(DeploymentPlan.Event)
        case stop
    }

    private typealias Post = AsyncStream<Message>.Continuation

    private func listen(_ ring: AsyncStream<Void>.Continuation, _ post: Post) async {
        for await topic in signals.topics() {
            switch topic {
            case .version, .everything, .instances: ring.yield()
            case .asked(let profile, let model): post.yield(.event(.asked(profile: profile, model: model)))
            case .round, .access, .jobs: break
            }
        }
    }

    private func tick(_ ring: AsyncStream<Void>.Continuation) async {
        while (try? await sleeper.sleep(for: Self.interval)) != nil { ring.yield() }
    }

    private func look(_ bell: AsyncStream<Void>, _ post: Post) async {
        for await _ in bell {
            do {
                post.yield(.event(.desired(try await models.currentVersions(in: nil))))
                try await sleeper.sleep(for: Self.breath)
            } catch {
                logger.warning("what should run is not known", metadata: ["error": "\(String(reflecting: error))"])
            }
        }
    }

    private func perform(_ event: DeploymentPlan.Event, in group: inout DiscardingTaskGroup, post: Post) async {
        for action in plan.apply(event, at: clock.now()) {
            switch action {
            case .start(let version, let id):
                group.addTask { post.yield(.event(await self.start(version, as: id))) }
            case .stop(let id):
                group.addTask { await self.runner.stop(id) }
            case .leave(let id):
                group.addTask {
                    // Cut short by the end of everything.
                    try? await self.sleeper.sleep(for: Self.farewell)
                    await self.runner.stop(id)
                }
            case .bury(let id, let version):
                group.addTask { await self.bury(id, of: version) }
            case .pause(let version, let length):
                group.addTask {
                    guard (try? await self.sleeper.sleep(for: length)) != nil else { return }
                    post.yield(.event(.pauseEnded(version)))
                }
            case .announce:
                group.addTask { await self.announce() }
            }
        }
    }

    // MARK: - Actions

    private func start(_ version: Version, as id: Instance.ID) async -> DeploymentPlan.Event {
        do {
            guard let environment = version.environment else {
                throw BedelError.internalFailure("version \(version.id) is ready without an environment")
            }
            let order = InstanceOrder(
                id: id, layout: version.layout, environment: environment,
                bundleDirectory: try await bundles.directory(of: version.bundle),
                envelope: try await envelopes.envelope(of: version))
            return .started(id, try await runner.start(order))
        } catch {
            logger.info(
                "an instance did not start",
                metadata: ["version": "\(version.id)", "error": "\(String(reflecting: error))"])
            return .startFailed(id, BedelError.wrapping(error))
        }
    }

    private func bury(_ id: Instance.ID, of version: Version.ID) async {
        let output = await runner.output(of: id)
        await BuildLog(models: models, version: version, clock: clock, logger: logger).say(output, source: .model)
        await runner.stop(id)
    }

    private func announce() async {
        do {
            try await signals.send(.instances)
        } catch {
            logger.warning(
                "a change of instances was not announced", metadata: ["error": "\(String(reflecting: error))"])
        }
    }

    private func stopAll() async {
        await withDiscardingTaskGroup { group in
            for id in plan.running { group.addTask { await self.runner.stop(id) } }
        }
    }

    // MARK: - InstanceDirectory

    package func instances() async -> [Instance] { plan.instances }

    package func instance(of version: Version.ID) async -> Instance? { plan.instance(of: version) }

    package func output(of version: Version.ID) async -> [String] {
        guard let instance = plan.instance(of: version) else { return [] }
        return await runner.output(of: instance.id)
    }

    package func call(_ version: Version.ID, _ request: ModelRequest) async throws -> ModelAnswer {
        let instance = plan.instance(of: version)
        if let instance { try await signals.send(.asked(profile: instance.profile, model: instance.model)) }
        guard let instance, instance.state == .ready else {
            if instance?.state == .stopped {
                throw BedelError(
                    .modelNotReady, "The model was asleep and is being started.", next: "Try again in a few seconds.")
            }
            throw BedelError(
                .modelNotReady, "This version does not run at the moment.", next: "Look at its log, or wait a little.")
        }
        return try await runner.call(instance.id, request)
    }
}
