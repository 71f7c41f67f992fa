import BedelDomain
import BedelEvaluation
import BedelRunner
import BedelStore
import BedelSubmissions
import OpenSSL

/// Assignments, rounds, grades.
struct EvaluationRoom {
    let service: EvaluationService
    let rounds: RoundJob

    init(_ composition: Composition, authorizer: any Authorizer, runner: SandboxRunner, bundles: BundleDirectory) {
        let evaluations = PostgresEvaluationStore(composition.database)
        let hash: @Sendable ([UInt8]) -> Digest = { Digest(bytes: SHA256.digest(of: $0)) }
        service = EvaluationService(
            evaluations: evaluations, profiles: PostgresProfileStore(composition.database), blobs: composition.blobs,
            authorizer: authorizer, auditLog: PostgresAuditLog(composition.database), clock: composition.clock,
            hash: hash,
            logger: composition.logger)
        rounds = RoundJob(
            evaluations: evaluations, models: PostgresModelStore(composition.database), blobs: composition.blobs,
            runner: runner, signals: composition.signals, clock: composition.clock, hash: hash,
            bundleDirectory: { try await bundles.directory(of: $0) },
            logger: composition.logger)
    }
}
