import BedelConsole
import BedelDomain
import BedelRunner
import BedelStore
import BedelSubmissions

/// From bytes to a running version.
struct SubmissionsRoom {
    let bundles: BundleDirectory
    let intake: SubmissionIntake
    let builds: BuildJob
    let deployer: Deployer
    let git: SmartHTTPDoor
    let hooks: HookListener

    init(_ composition: Composition, authorizer: any Authorizer, runner: SandboxRunner) {
        let models = PostgresModelStore(composition.database)
        let evaluations = PostgresEvaluationStore(composition.database)
        let profiles = PostgresProfileStore(composition.database)
        let audit = PostgresAuditLog(composition.database)
        let envelopes = EnvelopeChoice(models: models, evaluations: evaluations)
        bundles = BundleDirectory(root: composition.data.bundles, blobs: composition.blobs, pool: composition.threads)
        intake = SubmissionIntake(
            authorizer: authorizer, profiles: profiles, models: models, evaluations: evaluations,
            blobs: composition.blobs,
            audit: audit, clock: composition.clock, scratch: composition.data.scratch, pool: composition.threads,
            logger: composition.logger)
        builds = BuildJob(
            models: models, bundles: bundles, runner: runner, envelopes: envelopes, signals: composition.signals,
            clock: composition.clock, logger: composition.logger)
        deployer = Deployer(
            models: models, bundles: bundles, runner: runner, envelopes: envelopes, signals: composition.signals,
            clock: composition.clock, sleepAfter: composition.configuration.models?.sleepAfter,
            logger: composition.logger)
        let base = composition.base.url
        git = SmartHTTPDoor(
            authorizer: authorizer, profiles: profiles, models: models, evaluations: evaluations, intake: intake,
            audit: audit,
            clock: composition.clock, settings: Self.gitSettings(composition), pool: composition.threads,
            logger: composition.logger, watchAddress: { base + Address.model($0.profile, $0.modelName).path })
        hooks = HookListener(socket: composition.data.hookSocket, door: git, logger: composition.logger)
    }

    private static func gitSettings(_ composition: Composition) -> GitSettings {
        GitSettings(
            root: composition.data.git, hooks: composition.surroundings.home.deploy + "/git",
            executable: HomeDirectory.executable, socket: composition.data.hookSocket)
    }
}
