package import BedelDomain
package import Logging
package import NIOPosix

/// The one way in: judge the person, take the bytes apart, keep them, and write the row that is the receipt.
package struct SubmissionIntake: Intake {
    private let rules: HandInRules
    private let models: any ModelStore
    private let blobs: any BlobStore
    private let audit: any AuditLog
    private let clock: any TimeSource
    private let limits: BundleLimits
    private let scratch: String
    private let pool: NIOThreadPool
    private let logger: Logger

    /// - Parameters:
    ///   - scratch: an existing directory on the disk that holds uploads while they are checked.
    ///   - pool: where archives are read; one thread is busy for as long as one bundle takes.
    package init(
        authorizer: any Authorizer, profiles: any ProfileStore, models: any ModelStore,
        evaluations: any EvaluationStore, blobs: any BlobStore, audit: any AuditLog, clock: any TimeSource,
        limits: BundleLimits = BundleLimits(), scratch: String, pool: NIOThreadPool, logger: Logger
    ) {
        rules = HandInRules(authorizer: authorizer, profiles: profiles, models: models, evaluations: evaluations)
        self.models = models
        self.blobs = blobs
        self.audit = audit
        self.clock = clock
        self.limits = limits
        self.scratch = scratch
        self.pool = pool
        self.logger = logger
    }

    package func receive(
        _ upload: Upload, from principal: Principal, in context: RequestContext
    ) async throws -> Version {
        do {
            let (submission, fileCount, policy) = try await check(upload, from: principal)
            let version = try await models.receive(
                submission, audit: event(upload, principal, outcome: .allowed, reason: policy, in: context))
            await note(version, fileCount: fileCount)
            return version
        } catch {
            let refusal = BedelError.wrapping(error)
            await record(refusal, of: upload, from: principal, in: context)
            throw refusal
        }
    }

    private func check(_ upload: Upload, from principal: Principal) async throws -> (
        Submission, fileCount: Int, policy: String
    ) {
        let admission = try await rules.admit(
            principal, to: upload.model, in: upload.profile, assignment: upload.assignment)
        // Looked at before the bytes come, to be quick, and after, because only then have they been received.
        try admission.checkDeadline(at: clock.now())
        let (limits, scratch) = (limits, scratch)
        try await pool.runIfActive { try FreeSpace.require(limits.freeDisk, at: scratch) }
        let bundle = try await ReceivedBundle.receive(upload.archive, limits: limits, directory: scratch, pool: pool)
        let receivedAt = clock.now()
        try admission.checkDeadline(at: receivedAt)
        let kept = try await blobs.put(bundle.bytes(pool: pool), limit: bundle.canonical.size)
        guard kept.digest == bundle.canonical.digest else {
            throw BedelError.internalFailure(
                "the blob store names \(kept.digest), the bundle is \(bundle.canonical.digest)")
        }
        let submission = Submission(
            profile: upload.profile, model: upload.model, assignment: admission.assignment, owner: principal.user,
            bundle: kept.digest, size: kept.size, layout: bundle.layout, source: upload.source, commit: upload.commit,
            receivedAt: receivedAt)
        return (submission, bundle.fileCount, admission.policy)
    }

    /// The first lines of the version's log. The hand-in is safe already; a log that cannot be written does not undo
    /// it.
    private func note(_ version: Version, fileCount: Int) async {
        var lines = [
            "Received by \(version.source.rawValue) at \(version.receivedAt): version \(version.number), "
                + "\(fileCount) files, \(ByteCount(version.size)), sha256 \(version.bundle.short)…"
        ]
        if let commit = version.commit { lines.append("Commit \(commit).") }
        let language = version.layout.runtime == .python ? "Python" : "R"
        lines.append("Recognised: \(language) model \(version.layout.entry). Waiting for its build.")
        do {
            try await models.appendLog(lines, source: .bedel, to: version.id, at: clock.now())
        } catch {
            logger.warning(
                "the first log lines of a version were lost", metadata: ["error": "\(String(reflecting: error))"])
        }
    }

    private func record(
        _ refusal: BedelError, of upload: Upload, from principal: Principal, in context: RequestContext
    ) async {
        let isDenial = [.forbidden, .notFound, .signInRequired, .conflict, .deadlinePassed, .invalidName].contains(
            refusal.code)
        let refused = event(
            upload, principal, outcome: isDenial ? .denied : .failed, reason: refusal.code.rawValue,
            facts: ["message": refusal.message], in: context)
        logger.info(
            "hand-in refused",
            metadata: ["code": "\(refusal.code)", "request": "\(context.requestID)", "detail": "\(refusal.detail)"])
        do {
            try await audit.append(refused)
        } catch {
            logger.error("a refusal is missing in the audit trail", metadata: ["error": "\(String(reflecting: error))"])
        }
    }

    private func event(
        _ upload: Upload, _ principal: Principal, outcome: AuditEvent.Outcome, reason: String,
        facts: [String: String] = [:], in context: RequestContext
    ) -> AuditEvent {
        var facts = facts
        facts["source"] = upload.source.rawValue
        if let commit = upload.commit { facts["commit"] = commit }
        return AuditEvent(
            .modelSubmit, on: .model(upload.model, in: upload.profile, owner: principal.user), by: principal,
            outcome: outcome, reason: reason, facts: facts, in: context, at: clock.now())
    }
}
