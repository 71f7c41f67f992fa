import BedelDomain
import BedelSubmissions
import ServiceLifecycle
import Synchronization
import Testing

@Suite("The worker")
struct WorkerServiceTests {
    private final class Script: JobHandler {
        let body: @Sendable (Job) async throws -> Job.Outcome
        let begun = Mutex<[Job]>([])
        let givenUp = Mutex<[Job.ID]>([])

        init(_ body: @escaping @Sendable (Job) async throws -> Job.Outcome) { self.body = body }

        func run(_ job: Job) async throws -> Job.Outcome {
            begun.withLock { $0.append(job) }
            return try await body(job)
        }
        func giveUp(_ job: Job) async throws { givenUp.withLock { $0.append(job.id) } }
        var count: Int { begun.withLock { $0.count } }
    }

    private struct Shop {
        let queue = MemoryQueue()
        let signals = LocalSignals()
        let time = HandClock()
        let clock = ManualClock()

        func work() -> Job.Work { .build(.random(at: time.now())) }

        /// Runs a worker for as long as `body` takes, then shuts it down gracefully.
        func whileWorking(_ script: Script, _ body: @Sendable @escaping () async throws -> Void) async throws {
            let worker = WorkerService(
                name: "w1", queue: queue, signals: signals, clock: time,
                settings: .init(lease: .seconds(60), poll: .seconds(5), concurrency: 2), sleeper: clock,
                logger: quiet, handler: { _ in script })
            let group = ServiceGroup(services: [worker], logger: quiet)
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await group.run() }
                try await body()
                await group.triggerGracefulShutdown()
                try await tasks.waitForAll()
            }
        }
    }

    @Test func waitingJobIsDone() async throws {
        let shop = Shop()
        let id = shop.queue.add(shop.work(), at: shop.time.now())
        let script = Script { _ in .done }
        try await shop.whileWorking(script) {
            #expect(await eventually { shop.queue.job(id)?.state == .done })
        }
    }

    @Test func signalWakesIt() async throws {
        let shop = Shop()
        let script = Script { _ in .done }
        try await shop.whileWorking(script) {
            // The poll's sleeper says that the worker is up.
            #expect(await eventually { shop.clock.sleeperCount == 1 })
            let id = shop.queue.add(shop.work(), at: shop.time.now())
            #expect(
                await eventually {
                    try await shop.signals.send(.jobs)
                    return shop.queue.job(id)?.state == .done
                })
        }
    }

    @Test func lostSignalIsMadeGoodByThePoll() async throws {
        let shop = Shop()
        let script = Script { _ in .done }
        try await shop.whileWorking(script) {
            #expect(await eventually { shop.clock.sleeperCount == 1 })
            let id = shop.queue.add(shop.work(), at: shop.time.now())
            shop.clock.advance(by: .seconds(5))
            #expect(await eventually { shop.queue.job(id)?.state == .done })
        }
    }

    @Test func neverMoreAtOnceThanAllowed() async throws {
        let shop = Shop()
        for _ in 1...5 { _ = shop.queue.add(shop.work(), at: shop.time.now()) }
        let (gate, open) = AsyncStream<Void>.makeStream()
        let turnstile = Turnstile(gate)
        let script = Script { _ in
            await turnstile.pass()
            return .done
        }
        try await shop.whileWorking(script) {
            #expect(await eventually { script.count == 2 })
            open.yield()
            #expect(await eventually { script.count == 3 })
            for _ in 1...4 { open.yield() }
            #expect(await eventually { try await shop.queue.pending().isEmpty })
            #expect(script.count == 5)
        }
    }

    @Test func leaseIsRenewedWhileTheJobRuns() async throws {
        let shop = Shop()
        let id = shop.queue.add(shop.work(), at: shop.time.now())
        let (gate, open) = AsyncStream<Void>.makeStream()
        let turnstile = Turnstile(gate)
        let script = Script { _ in
            await turnstile.pass()
            return .done
        }
        try await shop.whileWorking(script) {
            #expect(await eventually { script.count == 1 && shop.clock.sleeperCount == 2 })
            let first = try #require(shop.queue.leaseEnd(of: id))
            shop.time.advance(by: .seconds(20))
            shop.clock.advance(by: .seconds(20))
            #expect(await eventually { shop.queue.leaseEnd(of: id) == first + .seconds(20) })
            open.yield()
            #expect(await eventually { shop.queue.job(id)?.state == .done })
        }
    }

    @Test func jobWhoseLeaseIsLostIsInterruptedAndLeftAlone() async throws {
        let shop = Shop()
        let id = shop.queue.add(shop.work(), at: shop.time.now())
        let interrupted = Mutex(false)
        let script = Script { _ in
            try? await Task.sleep(for: .seconds(3600))
            interrupted.withLock { $0 = Task.isCancelled }
            return .done
        }
        try await shop.whileWorking(script) {
            #expect(await eventually { script.count == 1 && shop.clock.sleeperCount == 2 })
            shop.queue.steal(id)
            shop.clock.advance(by: .seconds(20))
            #expect(await eventually { interrupted.withLock { $0 } })
            #expect(shop.queue.job(id)?.state == .running)
        }
    }

    @Test func thrownErrorMeansAgain() async throws {
        let shop = Shop()
        let id = shop.queue.add(shop.work(), at: shop.time.now())
        let script = Script { job in
            guard job.attempt > 1 else { throw away }
            return .done
        }
        try await shop.whileWorking(script) {
            #expect(await eventually { shop.queue.job(id)?.state == .waiting && script.count == 1 })
            shop.time.advance(by: .seconds(10))
            shop.clock.advance(by: .seconds(5))
            #expect(await eventually { shop.queue.job(id)?.state == .done })
        }
    }

    @Test func shutdownGivesTheJobBackAtOnce() async throws {
        let shop = Shop()
        let id = shop.queue.add(shop.work(), at: shop.time.now())
        let script = Script { _ in
            try await Task.sleep(for: .seconds(3600))
            return .done
        }
        try await shop.whileWorking(script) {
            #expect(await eventually { script.count == 1 })
        }
        #expect(shop.queue.job(id)?.state == .waiting)
    }

    @Test func jobThatFailedInSilenceIsSettled() async throws {
        let shop = Shop()
        let job = Job(
            id: .random(at: shop.time.now()), work: shop.work(), state: .failed, attempt: 3, maximumAttempts: 3,
            createdAt: shop.time.now())
        shop.queue.fall(silent: job)
        let script = Script { _ in .done }
        try await shop.whileWorking(script) {
            #expect(await eventually { script.givenUp.withLock { $0.first } == job.id })
        }
    }
}

/// Lets one through for every element of a stream.
private actor Turnstile {
    private var iterator: AsyncStream<Void>.AsyncIterator
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var isReading = false

    init(_ stream: AsyncStream<Void>) { iterator = stream.makeAsyncIterator() }

    func pass() async {
        while isReading { await withCheckedContinuation { waiting.append($0) } }
        isReading = true
        var mine = iterator
        _ = await mine.next(isolation: self)
        iterator = mine
        isReading = false
        if !waiting.isEmpty { waiting.removeFirst().resume() }
    }
}
