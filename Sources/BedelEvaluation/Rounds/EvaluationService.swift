package import BedelDomain
package import Logging

// BedelEvaluation: hidden data sets, rounds, the harness that asks the models, the grades file. How scores, ranks and
// grades are reckoned is arithmetic and stands in BedelDomain/Evaluation.

/// What a teacher does with evaluations. Asks the ``Authorizer`` first; a refusal leaves an audit row like a deed.
package struct EvaluationService: Evaluations {
    private let evaluations: any EvaluationStore
    private let profiles: any ProfileStore
    private let blobs: any BlobStore
    private let authorizer: any Authorizer
    private let auditLog: any AuditLog
    private let clock: any TimeSource
    private let hash: @Sendable ([UInt8]) -> Digest
    private let rules: RoundRules
    private let limits: DatasetLimits
    private let logger: Logger

    /// - Parameter hash: SHA-256.
    package init(
        evaluations: any EvaluationStore, profiles: any ProfileStore, blobs: any BlobStore, authorizer: any Authorizer,
        auditLog: any AuditLog, clock: any TimeSource, hash: @escaping @Sendable ([UInt8]) -> Digest,
        rules: RoundRules = .standard, limits: DatasetLimits = .standard, logger: Logger
    ) {
        self.evaluations = evaluations
        self.profiles = profiles
        self.blobs = blobs
        self.authorizer = authorizer
        self.auditLog = auditLog
        self.clock = clock
        self.hash = hash
        self.rules = rules
        self.limits = limits
        self.logger = logger
    }

    package func createAssignment(
        _ draft: AssignmentDraft, in profile: Label, by principal: Principal, in context: RequestContext
    ) async throws -> Assignment {
        let resource = Resource(.assignment, draft.name.rawValue, profile: profile)
        return try await authorised(.assignmentCreate, on: resource, by: principal, in: context) { context in
            guard try await profiles.profile(named: profile) != nil else { throw Self.notFound("profile", profile) }
            let now = clock.now()
            try draft.check(at: now)
            let dataset = try HiddenDataset(csv: draft.dataset, limits: limits)
            let blob = try await blobs.put(ByteStream(draft.dataset), limit: Int64(limits.size))
            let assignment = Assignment(
                draft, in: profile, dataset: dataset, blob: blob.digest, by: principal.user, at: now)
            try await evaluations.create(
                assignment,
                audit: AuditEvent(
                    .assignmentCreate, on: resource, by: principal,
                    facts: ["dataset": blob.digest.hex, "rows": "\(assignment.rowCount)"], in: context, at: now))
            return assignment
        }
    }

    package func startRound(
        of name: Label, in profile: Label, by principal: Principal, in context: RequestContext
    ) async throws -> Round {
        let resource = Resource(.assignment, name.rawValue, profile: profile)
        return try await authorised(.roundStart, on: resource, by: principal, in: context) { context in
            guard let assignment = try await evaluations.assignment(named: name, in: profile) else {
                throw Self.notFound("assignment", name)
            }
            let manifest = manifest(for: assignment)
            let digest = hash(Array(manifest.text.utf8))
            let now = clock.now()
            return try await evaluations.open(
                assignment, manifest: manifest, manifestDigest: digest, by: principal.user, at: now,
                audit: AuditEvent(
                    .roundStart, on: resource, by: principal, facts: ["manifest": digest.hex], in: context, at: now))
        }
    }

    package func stopRound(_ id: Round.ID, by principal: Principal, in context: RequestContext) async throws {
        let round = try await round(id)
        try await authorised(.roundStop, on: round.resource, by: principal, in: context) { context in
            guard !round.state.isOver else {
                throw BedelError(.conflict, "This round has ended already.", next: "Start a new one.")
            }
            let now = clock.now()
            try await evaluations.finish(
                id, as: .stopped, ranks: [:], at: now,
                audit: AuditEvent(.roundStop, on: round.resource, by: principal, in: context, at: now))
        }
    }

    package func grades(of id: Round.ID, by principal: Principal, in context: RequestContext) async throws -> String {
        let round = try await round(id)
        return try await authorised(.gradesExport, on: round.resource, by: principal, in: context) { context in
            guard round.state == .finished else { throw Self.noGrades(of: round) }
            guard let assignment = try await evaluations.assignment(named: round.assignment, in: round.profile),
                let profile = try await profiles.profile(named: round.profile)
            else { throw Self.notFound("assignment", round.assignment) }
            let entries = try await evaluations.entries(of: id)
            let members = try await profiles.members(of: profile.id)
            let metric = round.manifest.metric
            let grades = Grades.grades(of: entries, members: members, by: metric)
            try await auditLog.append(
                AuditEvent(
                    .gradesExport, on: round.resource, by: principal, facts: ["students": "\(grades.count)"],
                    in: context, at: clock.now()))
            return GradesFile.text(
                grades, item: assignment.title, by: metric, of: entries.count { $0.scores != nil })
        }
    }

    private func round(_ id: Round.ID) async throws -> Round {
        guard let round = try await evaluations.round(id) else {
            throw BedelError(.notFound, "There is no such round.", next: "Choose one from the assignment's page.")
        }
        return round
    }

    private func manifest(for assignment: Assignment) -> RoundManifest {
        RoundManifest(
            harness: HarnessVersion.current, dataset: assignment.dataset, metric: assignment.metric,
            envelope: assignment.envelope,
            // 53 bits, so that a program that reads JSON numbers as doubles sees the same seed.
            seed: UInt64.random(in: 0..<(1 << 53)), rowsPerCall: rules.rowsPerCall, warmUpCalls: rules.warmUpCalls,
            platformRetries: rules.platformRetries)
    }

    /// Runs `work` if a policy allows the action, with the context that names it. A refusal by either is in the audit trail before it is thrown on.
    private func authorised<Value: Sendable>(
        _ action: Action, on resource: Resource, by principal: Principal, in context: RequestContext,
        _ work: (RequestContext) async throws -> Value
    ) async throws -> Value {
        var outcome = AuditEvent.Outcome.denied
        do {
            var state: Profile.State?
            if let name = resource.profile { state = try await profiles.profile(named: name)?.state }
            let policy = try authorizer.require(principal, action, resource.whose(profileIs: state))
            outcome = .failed
            return try await work(context.allowed(by: policy))
        } catch let error as BedelError {
            let event = AuditEvent(
                action, on: resource, by: principal, outcome: outcome, reason: error.code.rawValue, in: context,
                at: clock.now())
            // The person is owed the refusal itself, even when the trail cannot be written just now.
            do { try await auditLog.append(event) } catch {
                logger.error("refusal without its audit row", metadata: ["error": "\(String(reflecting: error))"])
            }
            throw error
        }
    }

    private static func notFound(_ noun: String, _ name: Label) -> BedelError {
        BedelError(.notFound, "There is no \(noun) called “\(name)” here.", next: "Check the name.")
    }

    private static func noGrades(of round: Round) -> BedelError {
        switch round.state {
        case .queued, .running:
            BedelError(.conflict, "The round is still under way.", next: "Take the grades when it has finished.")
        case .finished, .stopped, .failed:
            BedelError(
                .conflict, "The round did not run to its end, so it has no grades.", next: "Start another round.")
        }
    }
}
