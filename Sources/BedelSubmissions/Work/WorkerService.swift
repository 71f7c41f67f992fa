package import BedelDomain
package import Logging
internal import ServiceLifecycle

/// Takes jobs off the queue and has them done, a few at a time. It may die at any instruction: the lease runs out and
/// another takes the job.
package struct WorkerService: Service {
    package struct Settings: Sendable {
        /// How long a silent worker keeps its job.
        package var lease: Duration
        /// How often to look when nothing rings.
        package var poll: Duration
        package var concurrency: Int

        package init(lease: Duration = .seconds(60), poll: Duration = .seconds(5), concurrency: Int = 2) {
            self.lease = lease
            self.poll = poll
            self.concurrency = concurrency
        }
    }

    private let name: String
    private let queue: any JobQueue
    private let signals: any Signals
    private let clock: any TimeSource
    private let settings: Settings
    private let sleeper: any Clock<Duration>
    private let logger: Logger
    private let handler: @Sendable (Job.Work) -> any JobHandler

    /// - Parameters:
    ///   - name: different for every worker that shares the queue.
    ///   - sleeper: for waiting; a test's own clock, or the machine's.
    ///   - handler: who does work of that kind.
    package init(
        name: String, queue: any JobQueue, signals: any Signals, clock: any TimeSource, settings: Settings = Settings(),
        sleeper: any Clock<Duration> = .continuous, logger: Logger,
        handler: @escaping @Sendable (Job.Work) -> any JobHandler
    ) {
        self.name = name
        self.queue = queue
        self.signals = signals
        self.clock = clock
        self.settings = settings
        self.sleeper = sleeper
        self.logger = logger
        self.handler = handler
    }

    private enum Event: Sendable { case look, finished, stop }

    /// Runs until shutdown; then claims nothing more, interrupts what runs, and gives it back to the queue.
    package func run() async throws {
        let (inbox, post) = AsyncStream<Event>.makeStream()
        post.yield(.look)
        await withDiscardingTaskGroup { group in
            group.addTask {
                for await topic in signals.topics() where topic == .jobs || topic == .everything { post.yield(.look) }
            }
            group.addTask { while (try? await sleeper.sleep(for: settings.poll)) != nil { post.yield(.look) } }
            await withTaskCancellationOrGracefulShutdownHandler {
                await work(inbox, post, in: &group)
            } onCancelOrGracefulShutdown: {
                post.yield(.stop)
            }
            group.cancelAll()
        }
    }

    private func work(
        _ inbox: AsyncStream<Event>, _ post: AsyncStream<Event>.Continuation, in group: inout DiscardingTaskGroup
    ) async {
        var busy = 0
        var stopping = false
        for await event in inbox {
            switch event {
            case .look: break
            case .finished: busy -= 1
            case .stop: stopping = true
            }
            if stopping {
                guard busy > 0 else { return }
                continue
            }
            if event == .look { await buryExhausted() }
            while busy < settings.concurrency, let job = await claim() {
                busy += 1
                group.addTask {
                    await perform(job)
                    post.yield(.finished)
                }
            }
        }
    }

    private func claim() async -> Job? {
        do {
            return try await queue.claim(worker: name, lease: settings.lease, at: clock.now())
        } catch {
            logger.warning("no job could be claimed", metadata: ["error": "\(String(reflecting: error))"])
            return nil
        }
    }

    /// Whatever waits for a job that has failed in silence learns of it here.
    private func buryExhausted() async {
        do {
            for job in try await queue.exhausted() { try await handler(job.work).giveUp(job) }
        } catch {
            logger.warning("a failed job was not settled", metadata: ["error": "\(String(reflecting: error))"])
        }
    }

    // MARK: - One job

    private func perform(_ job: Job) async {
        let outcome = await withTaskGroup(of: Job.Outcome?.self) { group in
            group.addTask { await ending(of: job) }
            group.addTask {
                await keepLease(of: job)
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
        // Without an outcome the lease was lost: the job is somebody else's now.
        guard let outcome else {
            logger.warning("a job's lease was lost", metadata: ["job": "\(job.id)"])
            return
        }
        do {
            try await queue.finish(job.id, worker: name, outcome, at: clock.now())
        } catch {
            // The lease runs out and the job runs again, which every handler bears.
            logger.warning(
                "a finished job was not marked",
                metadata: ["job": "\(job.id)", "error": "\(String(reflecting: error))"])
        }
    }

    private func ending(of job: Job) async -> Job.Outcome {
        do {
            return try await cancelWhenGracefulShutdown { try await handler(job.work).run(job) }
        } catch {
            if Task.isShuttingDownGracefully {
                return .again(after: .zero, BedelError(.unavailable, "The server was stopped in the middle of it."))
            }
            logger.warning("a job failed", metadata: ["job": "\(job.id)", "error": "\(String(reflecting: error))"])
            return .again(after: .seconds(10), BedelError.wrapping(error))
        }
    }

    /// Returns when the lease is lost, or when the job is over and this is cancelled.
    private func keepLease(of job: Job) async {
        var until = clock.now() + settings.lease
        while (try? await sleeper.sleep(for: settings.lease / 3)) != nil {
            do {
                let now = clock.now()
                guard try await queue.renew(job.id, worker: name, lease: settings.lease, at: now) else { return }
                until = now + settings.lease
            } catch {
                // The database is away; the job goes on until the lease has really run out.
                guard clock.now() < until else { return }
            }
        }
    }
}
