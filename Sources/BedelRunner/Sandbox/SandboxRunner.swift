package import BedelDomain
internal import Glibc
package import Logging
internal import ServiceLifecycle
internal import Synchronization

/// Runs models on this machine, each in a bubblewrap sandbox of its own with its own user, limits and no network.
///
/// It is a service: instances live as children of ``run()``, and end with it. A fork server for many models on one
/// environment would take the place of the launcher behind the same port; see the README of this target.
package final class SandboxRunner: Runner, Service {
    package let capabilities: RunnerCapabilities
    package let exits: AsyncStream<InstanceExit>

    private let settings: SandboxSettings
    private let machine: SandboxMachine
    private let environments: PythonEnvironments
    private let builds = BuildOnce()
    private let client: ModelClient
    private let logger: Logger
    private let exitReports: AsyncStream<InstanceExit>.Continuation
    private let launches: AsyncStream<InstanceProcess>
    private let launching: AsyncStream<InstanceProcess>.Continuation
    private let state: Mutex<State>

    private struct State {
        var instances: [Instance.ID: InstanceProcess] = [:]
        var past = PastInstances()
        var users: UserPool
        var isClosed = false
    }

    /// Looks at the machine, tries the sandbox out and removes what an earlier run left.
    /// - Throws: ``BedelError`` `unavailable` when no sandbox can be made here.
    package static func open(_ settings: SandboxSettings, logger: Logger) async throws -> SandboxRunner {
        let machine = try await SandboxMachine.inspect(settings)
        let interpreter = try await PythonInterpreter.describe(settings.python)
        let environments = PythonEnvironments(settings: settings, machine: machine, interpreter: interpreter)
        return SandboxRunner(settings, machine, environments, logger)
    }

    /// Tries the sandbox out without becoming a runner.
    /// - Parameter settings: with a directory that no runner uses.
    /// - Throws: as ``open(_:logger:)``.
    package static func capabilities(of settings: SandboxSettings) async throws -> RunnerCapabilities {
        let machine = try await SandboxMachine.inspect(settings)
        await Disk.run { machine.groups.close() }
        return machine.capabilities
    }

    private init(
        _ settings: SandboxSettings, _ machine: SandboxMachine, _ environments: PythonEnvironments, _ logger: Logger
    ) {
        self.settings = settings
        self.machine = machine
        self.environments = environments
        self.logger = logger
        capabilities = machine.capabilities
        client = ModelClient(limit: settings.answerLimit)
        (exits, exitReports) = AsyncStream.makeStream(bufferingPolicy: .unbounded)
        (launches, launching) = AsyncStream.makeStream(bufferingPolicy: .unbounded)
        state = Mutex(State(users: UserPool(settings.users)))
    }

    // MARK: - Service

    /// Accompanies every instance until shutdown, then ends them all.
    package func run() async throws {
        await withDiscardingTaskGroup { group in
            for await instance in launches.cancelOnGracefulShutdown() {
                group.addTask { await self.accompany(instance) }
            }
            for instance in close() { await instance.kill() }
        }
        await giveBack()
    }

    /// Instead of ``run()``, when whoever opened it cannot go on.
    package func abandon() async {
        _ = close()
        await giveBack()
    }

    private func giveBack() async {
        exitReports.finish()
        await client.shutdown()
        await Disk.run { [groups = machine.groups] in groups.close() }
    }

    private func accompany(_ instance: InstanceProcess) async {
        await instance.supervise()
        if let error = await instance.ended.wait() ?? nil {
            logger.notice("instance ended", metadata: ["instance": "\(instance.parts.id)", "code": "\(error.code)"])
            exitReports.yield(InstanceExit(id: instance.parts.id, error: error))
        }
        await instance.cleanUp()
        state.withLock { state in
            state.instances[instance.parts.id] = nil
            state.past.keep(instance.parts.id, output: instance.output, fault: instance.fault)
            if let user = instance.parts.user { state.users.giveBack(user) }
        }
        instance.gone.fulfil(())
    }

    private func close() -> [InstanceProcess] {
        state.withLock { state in
            state.isClosed = true
            return Array(state.instances.values)
        }
    }

    // MARK: - Environments

    package func prepareEnvironment(
        for layout: BundleLayout, log: @escaping @Sendable (String) -> Void
    ) async throws -> Digest {
        if layout.runtime == .r {
            return try await RLibrary(rscript: settings.rscript).resolve(InstallScript(layout.requirements), log: log)
        }
        let requirements = try Requirements(layout.requirements)
        let digest = environments.digest(of: requirements)
        try await builds.run(digest, waiting: { log("The same environment is being built; waiting for it.") }) {
            if await self.environments.exists(digest) {
                log("The environment \(digest.short) is there already.")
                return
            }
            log("Building the environment \(digest.short): \(requirements.lines.count) packages asked for.")
            try await self.environments.build(requirements, as: digest, log: log)
        }
        return digest
    }

    // MARK: - Instances

    package func start(_ order: InstanceOrder) async throws -> Instance.Address {
        let instance = try await admit(order)
        launching.yield(instance)
        do {
            try await awaitHealth(of: instance)
        } catch {
            await stop(order.id)
            throw error
        }
        instance.becameHealthy()
        return .unixSocket(path: instance.parts.socketPath)
    }

    package func stop(_ id: Instance.ID) async {
        guard let instance = state.withLock({ $0.instances[id] }) else { return }
        await instance.stop(grace: settings.grace)
        _ = await instance.gone.wait()
    }

    package func output(of id: Instance.ID) async -> [String] {
        state.withLock { $0.instances[id]?.output ?? $0.past.output(of: id) }
    }

    package func call(_ id: Instance.ID, _ request: ModelRequest) async throws -> ModelAnswer {
        let (running, past) = state.withLock { ($0.instances[id], $0.past.fault(of: id)) }
        guard let instance = running, !instance.hasEnded else { throw running?.fault ?? past ?? Self.notReady }
        do {
            let socket = instance.parts.socketPath
            if let answer = try await within(request.timeLimit, { try await self.client.post(request, to: socket) }) {
                return answer
            }
        } catch let error as BedelError {
            throw error
        } catch let error as CancellationError {
            throw error
        } catch {
            throw await reason(instance, for: error)
        }
        throw BedelError(
            .modelTimedOut, "The model did not answer within \(request.timeLimit.milliseconds) ms.",
            next: "Make its predictions quicker.")
    }

    /// A connection that breaks most often means that the process has just ended, and its end says why.
    private func reason(_ instance: InstanceProcess, for error: any Error) async -> BedelError {
        if let report = try? await within(.seconds(2), { await instance.ended.wait() }) {
            if let fault = report ?? nil { return fault }
        }
        return BedelError(
            .modelCrashed, "The model closed the connection without a whole answer.",
            next: "Look at the model's output.", detail: String(reflecting: error))
    }

    /// Makes everything an instance needs and takes it into the books; nothing runs yet.
    private func admit(_ order: InstanceOrder) async throws -> InstanceProcess {
        if order.layout.runtime == .python, await !environments.exists(order.environment) {
            throw BedelError(
                .unavailable, "The model's environment has to be built again.", next: "Hand the model in again.",
                detail: "no environment \(order.environment)")
        }
        let user = try state.withLock { state throws(BedelError) -> UInt32? in
            guard !state.isClosed, state.instances[order.id] == nil else {
                throw BedelError(.unavailable, "The model cannot be started now.", next: "Try again in a minute.")
            }
            guard machine.isRoot else { return nil }
            guard let user = state.users.take() else {
                throw BedelError(.unavailable, "Too many models run at once.", next: "Try again in a minute.")
            }
            return user
        }
        do {
            let preparation = InstancePreparation(order: order, settings: settings, machine: machine, user: user)
            let instance = try await Disk.run { try preparation.make() }
            state.withLock { $0.instances[order.id] = instance }
            return instance
        } catch {
            if let user { state.withLock { $0.users.giveBack(user) } }
            throw error
        }
    }

    private func awaitHealth(of instance: InstanceProcess) async throws {
        let seconds = instance.parts.envelope.startSeconds
        let isHealthy = try await within(.seconds(seconds)) {
            try await withThrowingTaskGroup(of: Bool.self) { group in
                group.addTask { try await self.becomesReady(instance) }
                group.addTask {
                    _ = await instance.ended.wait()
                    return false
                }
                defer { group.cancelAll() }
                return try await group.next() ?? false
            }
        }
        switch isHealthy {
        case true?: return
        case false?: throw instance.fault ?? Self.notReady
        case nil:
            throw BedelError(
                .modelTimedOut, "The model was not ready after \(seconds) seconds.",
                next: "Load less when it starts; what takes long belongs into training.",
                arguments: ["seconds": String(seconds)])
        }
    }

    /// The socket listens from the start, so one request waits until the model takes it. It is asked again only if the
    /// model answers that it is not ready, or hangs up.
    private func becomesReady(_ instance: InstanceProcess) async throws -> Bool {
        while !Task.isCancelled {
            if (try? await client.isReady(instance.parts.socketPath)) == true { return true }
            try await Task.sleep(for: .milliseconds(100))
        }
        return false
    }

    private static let notReady = BedelError(
        .modelNotReady, "The model is not running.", next: "Wait until it is ready, or look at its page.")
}
