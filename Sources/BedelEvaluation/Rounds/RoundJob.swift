package import BedelDomain
package import Logging

/// Runs the `.evaluate` jobs: one round, entry by entry in its frozen order, each on a fresh instance inside the round's
/// own envelope. Every verdict is recorded as soon as it is known, so a worker that dies leaves a round that the next one
/// takes up where it stopped.
package struct RoundJob: JobHandler {
    /// Before a job whose own work failed (not a model's) is tried again.
    static let pauseBeforeAgain = Duration.seconds(10)

    private let evaluations: any EvaluationStore
    private let models: any ModelStore
    private let blobs: any BlobStore
    private let harness: Harness
    private let signals: any Signals
    private let clock: any TimeSource
    private let hash: @Sendable ([UInt8]) -> Digest
    private let bundleDirectory: @Sendable (Digest) async throws -> String
    private let limits: DatasetLimits
    private let logger: Logger

    /// - Parameters:
    ///   - hash: SHA-256.
    ///   - bundleDirectory: where the bundle of this digest lies unpacked.
    ///   - retryPause: before an instance is started again after a platform fault.
    package init(
        evaluations: any EvaluationStore, models: any ModelStore, blobs: any BlobStore, runner: any Runner,
        signals: any Signals, clock: any TimeSource, hash: @escaping @Sendable ([UInt8]) -> Digest,
        bundleDirectory: @escaping @Sendable (Digest) async throws -> String,
        limits: DatasetLimits = .standard, retryPause: Duration = .seconds(2), logger: Logger
    ) {
        self.evaluations = evaluations
        self.models = models
        self.blobs = blobs
        self.harness = Harness(runner: runner, clock: clock, retryPause: retryPause)
        self.signals = signals
        self.clock = clock
        self.hash = hash
        self.bundleDirectory = bundleDirectory
        self.limits = limits
        self.logger = logger
    }

    package func run(_ job: Job) async throws -> Job.Outcome {
        guard case .evaluate(let id) = job.work else {
            return .failed(.internalFailure("a job of another kind came to the rounds: \(job.work)"))
        }
        guard let round = try await evaluations.round(id) else {
            return .failed(.internalFailure("there is no round \(id)"))
        }
        guard round.state == .queued || round.state == .running else { return .done }
        do {
            // Whether it ran to its end or was stopped: nothing is left to do.
            _ = try await signals.untilOver(
                .round(id), isOver: { try await evaluations.round(id)?.state.isOver ?? true }, { try await run(round) })
            return .done
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            return try await failed(round, job, .wrapping(error))
        }
    }

    /// Ends the round of a job whose attempts are used up (``JobQueue/exhausted()``), so that nobody waits for it. Ending
    /// one that has ended does nothing.
    package func giveUp(_ job: Job) async throws {
        guard case .evaluate(let id) = job.work, let round = try await evaluations.round(id),
            round.state == .queued || round.state == .running
        else { return }
        try await fail(round, .internalFailure("job \(job.id) broke off \(job.attempt) times"))
    }

    private func run(_ round: Round) async throws {
        let plan = try await plan(of: round)
        if round.state == .queued { try await evaluations.begin(round.id, at: clock.now()) }
        for entry in try await evaluations.entries(of: round.id).sorted(by: { $0.position < $1.position })
        where entry.state != .done {
            guard try await isUnderWay(round.id) else { return }
            let verdict = try await verdict(of: entry, in: round, plan)
            guard try await isUnderWay(round.id) else { return }
            try await evaluations.record(verdict, of: entry.version, in: round.id, at: clock.now())
        }
        try await finish(round)
    }

    /// False once somebody has stopped the round; what is recorded by then stays.
    private func isUnderWay(_ id: Round.ID) async throws -> Bool {
        try Task.checkCancellation()
        return try await evaluations.round(id)?.state == .running
    }

    /// - Throws: when the manifest or the data is not what the round was opened with, or this is not the harness it
    ///   names: such a round must not go on under its old name.
    private func plan(of round: Round) async throws -> CallPlan {
        let manifest = round.manifest
        guard hash(Array(manifest.text.utf8)) == round.manifestDigest else {
            throw BedelError.internalFailure("the manifest of round \(round.id) does not have the round's digest")
        }
        guard manifest.harness == HarnessVersion.current else {
            throw BedelError.internalFailure("round \(round.id) is for harness \(manifest.harness)")
        }
        let bytes = try await blobs.read(manifest.dataset)
        guard hash(bytes) == manifest.dataset else {
            throw BedelError.internalFailure("the data set \(manifest.dataset) is damaged")
        }
        return CallPlan(try HiddenDataset(csv: bytes, limits: limits), manifest)
    }

    private func verdict(of entry: RoundEntry, in round: Round, _ plan: CallPlan) async throws -> Verdict {
        let verdict = try await harness.verdict(
            of: plan, platformRetries: round.manifest.platformRetries, triesBefore: entry.tries,
            order: { try await order(for: entry, in: round) },
            beginTry: { try await evaluations.begin(entry.version, in: round.id) })
        logger.info(
            "entry evaluated",
            metadata: ["round": "\(round.id)", "version": "\(entry.version)", "verdict": "\(verdict.name)"])
        return verdict
    }

    private func order(for entry: RoundEntry, in round: Round) async throws -> InstanceOrder {
        guard let version = try await models.version(entry.version), version.bundle == entry.bundle else {
            throw BedelError.internalFailure("version \(entry.version) is not the one that was frozen")
        }
        guard let environment = version.environment else {
            throw BedelError.internalFailure("version \(entry.version) has no environment")
        }
        return InstanceOrder(
            id: .random(at: clock.now()), layout: version.layout, environment: environment,
            bundleDirectory: try await bundleDirectory(version.bundle), envelope: round.manifest.envelope)
    }

    private func finish(_ round: Round) async throws {
        let entries = try await evaluations.entries(of: round.id)
        let faults = entries.compactMap { if case .fault(let fault) = $0.verdict { fault.blame } else { nil } }
        let facts = [
            "entries": "\(entries.count)", "scored": "\(entries.count { $0.scores != nil })",
            "model-faults": "\(faults.count { $0 == .model })",
            "platform-faults": "\(faults.count { $0 == .platform })",
            "manifest": round.manifestDigest.hex,
        ]
        let now = clock.now()
        try await evaluations.finish(
            round.id, as: .finished, ranks: Ranking.ranks(of: entries, by: round.manifest.metric), at: now,
            audit: AuditEvent(system: "round.finished", on: round.resource, facts: facts, at: now))
    }

    /// Again later, or, when the job has no attempts left, the round ends as failed so that nobody waits for it.
    private func failed(_ round: Round, _ job: Job, _ error: BedelError) async throws -> Job.Outcome {
        logger.error("round broke off", metadata: ["round": "\(round.id)", "error": "\(error.debugDescription)"])
        guard job.attempt >= job.maximumAttempts else { return .again(after: Self.pauseBeforeAgain, error) }
        try await fail(round, error)
        return .failed(error)
    }

    private func fail(_ round: Round, _ error: BedelError) async throws {
        let now = clock.now()
        try await evaluations.finish(
            round.id, as: .failed, ranks: [:], at: now,
            audit: AuditEvent(
                system: "round.failed", on: round.resource, outcome: .failed, reason: error.code.rawValue, at: now))
    }
}

extension Verdict {
    /// For the log: `scored`, or the fault's code.
    fileprivate var name: String {
        switch self {
        case .scored: "scored"
        case .fault(let fault): fault.code.rawValue
        }
    }
}
