import AsyncHTTPClient
import BedelConsole
import BedelDomain
import BedelEvaluation
import BedelGateway
import BedelIdentity
import BedelRunner
import BedelStore
import BedelSubmissions
import Glibc
import Logging
import NIOCore
import NIOPosix
import OpenSSL
import ServiceLifecycle

/// The only place that knows every type: it makes the rooms and hands each the ports it needs.
struct Composition {
    let configuration: ServerConfiguration
    let base: BaseAddress
    let surroundings: Surroundings
    let data: DataDirectory
    let logger: Logger
    let accessLog: AccessLogFile?
    let clock = SystemClock()
    let database: PostgresDatabase
    let signals: PostgresSignals
    let blobs: FileBlobStore
    let http: HTTPClient
    let threads: NIOThreadPool
    /// Nil: nobody collects traces.
    let spans: SpanExporter?
    /// Nil: no model sleeps.
    let modelCalls: ModelCalls?
    /// Nil: they are opened when everything else is ready.
    let doors: Doors?

    /// Opens everything that can fail at once (database, sandbox, sockets), and gives back a server ready to run.
    static func build(
        _ configuration: ServerConfiguration, surroundings: Surroundings, log: ServerLog, doors: Doors? = nil
    ) async throws -> Server {
        let logger = log.logger
        let data = try DataDirectory(
            path: configuration.data, guest: configuration.role == .gateway ? configuration.listen : nil)
        let database = try await openDatabase(configuration, surroundings: surroundings, logger: logger)
        let threads = NIOThreadPool(numberOfThreads: 4)
        threads.start()
        let signals = PostgresSignals(database)
        let composition = Composition(
            configuration: configuration, base: try BaseAddress(configuration.base), surroundings: surroundings,
            data: data,
            logger: logger, accessLog: log.accessLog, database: database, signals: signals,
            blobs: FileBlobStore(directory: data.blobs),
            http: HTTPClient(configuration: ProviderHTTP.clientConfiguration), threads: threads,
            spans: try configuration.traces.map { try SpanExporter($0, logger: logger) },
            modelCalls: configuration.models?.sleepAfter.map { _ in ModelCalls(signals: signals, logger: logger) },
            doors: doors)
        do {
            return Server(services: try await composition.roleServices(), logger: logger, close: composition.close)
        } catch {
            await composition.close()
            throw error
        }
    }

    /// A database for a command that does one thing and ends.
    static func withDatabase<Result>(
        _ configuration: ServerConfiguration, surroundings: Surroundings,
        _ body: (PostgresDatabase) async throws -> Result
    ) async throws -> Result {
        let database = try await openDatabase(configuration, surroundings: surroundings, logger: Logger(label: "bedel"))
        do {
            let result = try await body(database)
            await database.shutdown()
            return result
        } catch {
            await database.shutdown()
            throw error
        }
    }

    private static func openDatabase(
        _ configuration: ServerConfiguration, surroundings: Surroundings, logger: Logger
    ) async throws -> PostgresDatabase {
        let database = PostgresDatabase(
            configuration: .init(url: configuration.database, migrationsDirectory: surroundings.home.migrations),
            logger: logger)
        try await database.start()
        return database
    }

    private func roleServices() async throws -> [any Service] {
        switch configuration.role ?? .all {
        case .all: try await services()
        case .gateway: try await gatewayServices()
        }
    }

    /// A front door alone: it decides by itself, and leads to the console and the models of the process beside it.
    private func gatewayServices() async throws -> [any Service] {
        let policies = try policies()
        let denials = try DenialSpool(directory: data.spool)
        let shipper = DenialShipper(spool: denials, audit: PostgresAuditLog(database), logger: logger)
        let (gateway, publisher) = try await frontDoor(
            try IdentityRoom(self), policies.authorizer, denials, instances: board.read)
        return [policies, SignalListener(signals: signals), shipper] + beside + [
            publisher.gateways, publisher, gateway,
        ]
            + (configuration.tls == nil ? [] : [CertificateReload(gateway: gateway)])
    }

    /// What the gateway hands its news to.
    private var beside: [any Service] { [spans as (any Service)?, modelCalls].compactMap(\.self) }

    private var board: InstanceBoard { InstanceBoard(path: data.instanceBoard, threads: threads) }

    private func frontDoor(
        _ identity: IdentityRoom, _ authorizer: any Authorizer, _ denials: any DenialRecorder,
        instances: @escaping @Sendable () async throws -> [Instance]
    ) async throws -> (Gateway, SnapshotPublisher) {
        let gateway = Gateway(
            configuration: try gatewayConfiguration(), authenticator: identity.authenticator, authorizer: authorizer,
            assertions: identity.assertions, denials: denials, clock: clock, waker: modelCalls, logger: logger,
            accessLog: accessLog, spans: spans)
        do {
            try await gateway.bind()
        } catch let error as IOError {
            // Gateway and admin came in hand: it is the port that leads to them.
            throw try configuration.tls?.redirectFrom.map { try Doors.redirect($0).error(error) } ?? error
        }
        let publisher = SnapshotPublisher(
            gateway: gateway, console: .unixSocket(path: data.consoleSocket),
            consoleDoor: ConsoleDoor(path: data.consoleSocket, logger: logger),
            services: try configuration.serviceDefinitions(ServiceCatalogue(folder: surroundings.home.services)),
            maintenance: MaintenanceFolder(path: data.maintenance), threads: threads,
            profiles: PostgresProfileStore(database), lifecycle: PostgresProfileLifecycle(database),
            quotas: PostgresQuotaStore(database),
            gateways: GatewayCount(PostgresGatewayRegister(database), .random(at: clock.now()), logger: logger),
            models: PostgresModelStore(database), instances: instances, signals: signals, logger: logger)
        return (gateway, publisher)
    }

    private func services() async throws -> [any Service] {
        let runner = try await openRunner()
        do {
            return try await services(with: runner)
        } catch {
            await runner.abandon()
            throw error
        }
    }

    /// In the order they start; they end in the reverse one, so the gateway drains before what stands behind it goes.
    private func services(with runner: SandboxRunner) async throws -> [any Service] {
        let policies = try policies()
        let authorizer = policies.authorizer
        let identity = try IdentityRoom(self)
        let submissions = SubmissionsRoom(self, authorizer: authorizer, runner: runner)
        let evaluations = EvaluationRoom(self, authorizer: authorizer, runner: runner, bundles: submissions.bundles)
        let denials = try DenialSpool(directory: data.spool)
        let trail = try CheckpointedTrail(configuration, PostgresAuditLog(database))
        let console = try self.console(
            identity, submissions, evaluations, authorizer, CheckpointedAuditLog(trail: trail), runner.capabilities)
        let (gateway, publisher) = try await frontDoor(
            identity, authorizer, denials, instances: submissions.deployer.instances)
        let herald = InstanceHerald(
            instances: submissions.deployer, board: board, signals: signals, logger: logger)
        let worker = WorkerService(
            name: "worker", queue: PostgresJobQueue(database), signals: signals, clock: clock,
            settings: .init(lease: .seconds(15)), logger: logger
        ) { work in
            switch work {
            case .build: submissions.builds
            case .evaluate: evaluations.rounds
            }
        }
        let housekeeper = Housekeeper(
            sessions: PostgresSessionStore(database), devices: PostgresDeviceAuthorizationStore(database),
            lifecycle: PostgresProfileLifecycle(database), blobs: blobs,
            clock: clock, logger: logger)
        return [
            policies, SignalListener(signals: signals), runner, submissions.deployer, submissions.git,
            submissions.hooks, worker,
            AuditCheckpointer(trail: trail, clock: clock, logger: logger), console,
            DenialShipper(spool: denials, audit: trail.log, logger: logger), housekeeper, herald,
        ] + beside + [publisher.gateways, publisher, gateway]
            + (configuration.tls == nil ? [] : [CertificateReload(gateway: gateway)])
    }

    /// What decides. A mistake in a policy keeps the program from starting; made later, it leaves the old set in force.
    private func policies() throws -> PolicyReloader {
        try PolicyReloader(folder: PolicyFolder(path: surroundings.home.policies), threads: threads, logger: logger)
    }

    private func openRunner() async throws -> SandboxRunner {
        var settings = SandboxSettings(
            directory: data.sandbox, runtimes: surroundings.home.deploy + "/runtimes",
            environment: surroundings.environment)
        settings.uv = surroundings.home.uv
        return try await SandboxRunner.open(settings, logger: logger)
    }

    private func console(
        _ identity: IdentityRoom, _ submissions: SubmissionsRoom, _ evaluations: EvaluationRoom,
        _ authorizer: any Authorizer, _ audit: any AuditLog, _ capabilities: RunnerCapabilities
    ) throws -> Console {
        let ports = ConsolePorts(
            profiles: PostgresProfileStore(database), lifecycle: PostgresProfileLifecycle(database),
            quotas: PostgresQuotaStore(database), enrolment: PostgresEnrolmentStore(database),
            invitationLinks: InvitationService(
                store: PostgresInvitationLinkStore(database), profiles: PostgresProfileStore(database),
                users: PostgresUserStore(database), authorizer: authorizer, clock: clock),
            exporter: ProfileExport(
                profiles: PostgresProfileStore(database), models: PostgresModelStore(database),
                quotas: PostgresQuotaStore(database), evaluations: PostgresEvaluationStore(database), blobs: blobs,
                audit: audit, clock: clock, directory: data.scratch, pool: threads),
            users: PostgresUserStore(database), viewings: PostgresViewingStore(database),
            sessions: PostgresSessionStore(database), models: PostgresModelStore(database),
            evaluationStore: PostgresEvaluationStore(database), jobs: PostgresJobQueue(database),
            audit: audit, tokens: identity.tokens, devices: identity.devices,
            serviceAccounts: identity.serviceAccounts, signIn: identity.signIn,
            assertions: identity.assertions, receipts: identity.receipts, intake: submissions.intake,
            git: submissions.git,
            evaluations: evaluations.service, instances: submissions.deployer, signals: signals, authorizer: authorizer,
            capabilities: capabilities, time: clock)
        return try Console(
            configuration: ConsoleConfiguration(
                listener: .unixSocket(path: data.consoleSocket), baseURL: base.url, isSecure: base.isSecure,
                webDirectory: surroundings.home.web, providers: configuration.signInProviders),
            ports: ports, logger: logger)
    }

    private func gatewayConfiguration() throws -> GatewayConfiguration {
        let listen = try HostPort(configuration.listen)
        let admin = try HostPort(configuration.admin)
        let sockets = try InheritedSockets(environment: surroundings.environment, processID: getpid())
        sockets.closeOnExec()
        let doors = try self.doors ?? Doors(gateway: listen, admin: admin, handedOver: sockets)
        var gateway = GatewayConfiguration(
            listener: .init(
                host: listen.host, port: listen.port, descriptor: doors.gateway?.handOver() ?? sockets.gateway),
            admin: .init(host: admin.host, port: admin.port, descriptor: doors.admin?.handOver() ?? sockets.admin),
            baseAuthority: base.authority, isSecure: base.isSecure,
            tls: try configuration.tls.map { try $0.settings() })
        try configuration.limits?.apply(to: &gateway)
        gateway.traceSampling = configuration.traces?.sample ?? 0
        return gateway
    }

    private func close() async {
        await database.shutdown()
        try? await http.shutdown()
        try? await threads.shutdownGracefully()
    }
}
