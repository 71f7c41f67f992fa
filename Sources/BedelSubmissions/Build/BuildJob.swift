package import BedelDomain
package import Logging

/// Makes a received version ready: its environment, then one trial start inside its envelope. Every step may run again;
/// only moving the version on counts, and that happens once.
package struct BuildJob: JobHandler {
    private let models: any ModelStore
    private let bundles: BundleDirectory
    private let runner: any Runner
    private let envelopes: EnvelopeChoice
    private let signals: any Signals
    private let clock: any TimeSource
    private let logger: Logger

    package init(
        models: any ModelStore, bundles: BundleDirectory, runner: any Runner, envelopes: EnvelopeChoice,
        signals: any Signals, clock: any TimeSource, logger: Logger
    ) {
        self.models = models
        self.bundles = bundles
        self.runner = runner
        self.envelopes = envelopes
        self.signals = signals
        self.clock = clock
        self.logger = logger
    }

    package func run(_ job: Job) async throws -> Job.Outcome {
        guard let version = try await version(of: job) else { return .failed(Self.gone) }
        switch version.state {
        case .ready, .failed: return .done
        case .received:
            _ = try await models.advance(
                version.id, from: .received, to: .building, environment: nil, fault: nil,
                audit: event("build.started", version, facts: ["attempt": String(job.attempt)]))
        case .building: break
        }
        do {
            guard let environment = try await environmentUnlessStopped(of: version, attempt: job.attempt) else {
                return .done
            }
            return try await finish(version, environment: environment)
        } catch {
            // Stopped in the middle: whoever comes next starts over.
            guard !Task.isCancelled else { throw error }
            return try await settle(BedelError.wrapping(error), version: version, job: job)
        }
    }

    /// A version whose job has failed in silence fails too, by our fault.
    package func giveUp(_ job: Job) async throws {
        guard let version = try await version(of: job) else { return }
        let error = BedelError(
            .unavailable, "The build was interrupted too often.",
            next: "Hand the same files in again; it was not your model's fault.")
        try await fail(version, with: error)
    }

    private func version(of job: Job) async throws -> Version? {
        guard case .build(let id) = job.work else { return nil }
        return try await models.version(id)
    }

    /// Nil when somebody has stopped the build; the version says so by then.
    private func environmentUnlessStopped(of version: Version, attempt: Int) async throws -> Digest? {
        let environment = try await signals.untilOver(
            .version(version.id), isOver: { try await models.version(version.id)?.state.isOver ?? true },
            { try await build(version, attempt: attempt) })
        if environment == nil { await log(of: version).say(["The build was stopped."]) }
        return environment
    }

    private func build(_ version: Version, attempt: Int) async throws -> Digest {
        let log = log(of: version)
        await log.say([attempt == 1 ? "Build started." : "Build started again (attempt \(attempt))."])
        let directory = try await bundles.directory(of: version.bundle)
        let environment = try await log.collecting { line in
            try await runner.prepareEnvironment(for: version.layout, log: line)
        }
        await log.say(["Environment \(environment.short)… is there. Starting the model once to try it."])
        let order = InstanceOrder(
            id: .random(at: clock.now()), layout: version.layout, environment: environment, bundleDirectory: directory,
            envelope: try await envelopes.envelope(of: version))
        try await tryOut(order, log: log)
        return environment
    }

    private func tryOut(_ order: InstanceOrder, log: BuildLog) async throws {
        do {
            _ = try await runner.start(order)
        } catch {
            await log.say(await runner.output(of: order.id), source: .model)
            await runner.stop(order.id)
            throw error
        }
        await log.say(await runner.output(of: order.id), source: .model)
        await runner.stop(order.id)
    }

    private func finish(_ version: Version, environment: Digest) async throws -> Job.Outcome {
        let moved = try await models.advance(
            version.id, from: .building, to: .ready, environment: environment, fault: nil,
            audit: event("build.finished", version, facts: ["environment": environment.hex]))
        if moved { await log(of: version).say(["Ready: the model started and answered its health check."]) }
        return .done
    }

    private func settle(_ error: BedelError, version: Version, job: Job) async throws -> Job.Outcome {
        logger.info(
            "build failed",
            metadata: ["version": "\(version.id)", "code": "\(error.code)", "detail": "\(error.detail)"])
        guard error.code.blame == .platform, job.attempt < job.maximumAttempts else {
            try await fail(version, with: error)
            return .failed(error)
        }
        let delay = Duration.seconds(5 << min(max(job.attempt - 1, 0), 6))
        await log(of: version).say([
            "\(error.message) This is our side's fault; the build starts again in \(delay.components.seconds) s."
        ])
        return .again(after: delay, error)
    }

    private func fail(_ version: Version, with error: BedelError) async throws {
        let audit = event(
            "build.failed", version, outcome: .failed, reason: error.code.rawValue, facts: ["message": error.message])
        for state in [Version.State.building, .received] {
            let moved = try await models.advance(
                version.id, from: state, to: .failed, environment: nil, fault: Fault(error), audit: audit)
            if moved {
                return await log(of: version).say(["Failed: \(error.message)", error.next].filter { !$0.isEmpty })
            }
        }
    }

    private func log(of version: Version) -> BuildLog {
        BuildLog(models: models, version: version.id, clock: clock, logger: logger)
    }

    private func event(
        _ action: String, _ version: Version, outcome: AuditEvent.Outcome = .allowed, reason: String = "",
        facts: [String: String]
    ) -> AuditEvent {
        var facts = facts
        facts["number"] = String(version.number)
        facts["version"] = version.id.rawValue
        return AuditEvent(
            system: action, on: .model(version.modelName, in: version.profile, owner: version.owner), outcome: outcome,
            reason: reason, facts: facts, at: clock.now())
    }

    private static let gone = BedelError(.notFound, "The version to build is not there.")
}
