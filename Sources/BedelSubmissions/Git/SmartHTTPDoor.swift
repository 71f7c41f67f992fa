package import BedelDomain
package import Logging
package import NIOPosix
internal import ServiceLifecycle

/// git's smart HTTP with the real `git http-backend` behind it. It answers while it runs as a service, which is what
/// owns the git processes.
package final class SmartHTTPDoor: GitDoor, Service {
    private let rules: HandInRules
    private let intake: any Intake
    private let audit: any AuditLog
    private let clock: any TimeSource
    private let settings: GitSettings
    private let repositories: GitRepositories
    private let tickets: PushTickets
    private let watchAddress: @Sendable (Version) -> String
    private let logger: Logger
    private let work: AsyncStream<@Sendable () async -> Void>
    private let post: AsyncStream<@Sendable () async -> Void>.Continuation

    /// - Parameters:
    ///   - intake: where pushes end.
    ///   - watchAddress: the page where a version's build can be watched; shown to who pushes.
    package init(
        authorizer: any Authorizer, profiles: any ProfileStore, models: any ModelStore,
        evaluations: any EvaluationStore, intake: any Intake, audit: any AuditLog, clock: any TimeSource,
        settings: GitSettings, pool: NIOThreadPool, logger: Logger,
        watchAddress: @escaping @Sendable (Version) -> String
    ) {
        rules = HandInRules(authorizer: authorizer, profiles: profiles, models: models, evaluations: evaluations)
        self.intake = intake
        self.audit = audit
        self.clock = clock
        self.settings = settings
        repositories = GitRepositories(settings: settings, pool: pool)
        tickets = PushTickets(clock: clock)
        self.watchAddress = watchAddress
        self.logger = logger
        (work, post) = AsyncStream.makeStream()
    }

    /// Runs until shutdown; requests under way are finished then.
    package func run() async throws {
        await withDiscardingTaskGroup { group in
            for await conversation in work.cancelOnGracefulShutdown() { group.addTask { await conversation() } }
            post.finish()
            // Asked in the last moment: whoever waits for an answer still gets one.
            for await conversation in work { group.addTask { await conversation() } }
        }
    }

    // MARK: - Requests

    package func serve(
        _ request: GitRequest, from principal: Principal?, in context: RequestContext
    ) async throws -> GitAnswer {
        let route = try GitRoute(request)
        do {
            try await admit(principal, to: request, for: route.service)
        } catch let refusal as BedelError {
            await record(refusal, of: request, for: route.service, from: principal, in: context)
            throw refusal
        }
        var environment = Self.environment(of: request, from: principal).merging(settings.environment) { $1 }
        environment["GIT_PROJECT_ROOT"] = settings.root
        var ticket: String?
        if route == .exchange(.push), let principal {
            ticket = tickets.issue(
                to: .init(
                    principal: principal, profile: request.profile, namespace: request.namespace, model: request.model,
                    context: context))
            environment["BEDEL_HOOK_TICKET"] = ticket
            environment["BEDEL_HOOK_SOCKET"] = settings.socket
            environment["BEDEL_EXECUTABLE"] = settings.executable
        }
        return try await converse(environment, request.body, ticket: ticket)
    }

    private func admit(_ principal: Principal?, to request: GitRequest, for service: GitRoute.Service) async throws {
        switch service {
        case .push:
            // The deadline is looked at when the files are there; the hook can say it in words, this request cannot.
            _ = try await rules.admit(principal, to: request.model, in: request.profile, assignment: nil)
            try await repositories.make(request.namespace, request.model)
        case .fetch:
            let model = try await rules.models.model(named: request.model, in: request.profile)
            let resource = Resource.model(request.model, in: request.profile, owner: model?.owner)
            let state = try await rules.profiles.profile(named: request.profile)?.state
            try rules.authorizer.require(principal, .modelFetch, resource.whose(profileIs: state))
            guard model != nil, try await repositories.exists(request.namespace, request.model) else {
                throw BedelError(
                    .notFound, "Nothing has been pushed to “\(request.model)” yet.",
                    next: "Push to it first; models handed in by web have no repository.")
            }
        }
    }

    private func converse(_ environment: [String: String], _ body: ByteStream, ticket: String?) async throws
        -> GitAnswer
    {
        let backend = GitBackend(environment: environment, settings: settings, logger: logger)
        let answer = PendingAnswer()
        let queued = post.yield { [tickets] in
            await backend.converse(body, answer: answer)
            if let ticket { tickets.revoke(ticket) }
        }
        guard case .enqueued = queued else {
            throw BedelError(.unavailable, "This server is being stopped.", next: "Try again in a minute.")
        }
        return try await answer.head()
    }

    /// What CGI tells the program (RFC 3875, section 4.1).
    private static func environment(of request: GitRequest, from principal: Principal?) -> [String: String] {
        var environment = [
            "REQUEST_METHOD": request.method, "QUERY_STRING": request.query,
            "PATH_INFO": "/\(request.namespace)/\(request.model).git\(request.service)", "GIT_HTTP_EXPORT_ALL": "1",
            "GATEWAY_INTERFACE": "CGI/1.1", "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_USER": principal?.user.rawValue ?? "",
        ]
        if let type = request.contentType { environment["CONTENT_TYPE"] = type }
        if let length = request.contentLength { environment["CONTENT_LENGTH"] = String(length) }
        if ["gzip", "x-gzip"].contains(request.contentEncoding) { environment["HTTP_CONTENT_ENCODING"] = "gzip" }
        if let version = request.gitProtocol, ["version=1", "version=2"].contains(version) {
            environment["GIT_PROTOCOL"] = version
        }
        return environment
    }

    private func record(
        _ refusal: BedelError, of request: GitRequest, for service: GitRoute.Service, from principal: Principal?,
        in context: RequestContext
    ) async {
        // git always asks without credentials first; that is no refusal worth a row.
        guard let principal else { return }
        let event = AuditEvent(
            service == .push ? .modelSubmit : .modelFetch, on: .model(request.model, in: request.profile, owner: nil),
            by: principal, outcome: .denied, reason: refusal.code.rawValue,
            facts: ["message": refusal.message, "source": "git"], in: context, at: clock.now())
        do {
            try await audit.append(event)
        } catch {
            logger.error("a refusal is missing in the audit trail", metadata: ["error": "\(String(reflecting: error))"])
        }
    }

    // MARK: - The hook's call

    package func receivePush(ticket: String, push: PushedArchive) async throws -> [String] {
        let holder = try tickets.redeem(ticket)
        guard PushedRef.isHandIn(push.ref) else { throw PushedRef.otherBranch(push.ref) }
        let version = try await intake.receive(
            Upload(
                profile: holder.profile, model: holder.model, assignment: push.assignment, source: .git,
                commit: push.commit, archive: push.archive),
            from: holder.principal, in: holder.context)
        do {
            try await repositories.setHead(push.ref, holder.namespace, holder.model)
        } catch {
            // The hand-in is safe; a clone will only have to name its branch.
            logger.warning("HEAD was not moved", metadata: ["error": "\(String(reflecting: error))"])
        }
        return [
            "Bedel has received “\(version.modelName)”, version \(version.number).",
            "  receipt  \(version.id)",
            "  time     \(version.receivedAt)",
            "  files    sha256 \(version.bundle)",
            "  watch    \(watchAddress(version))",
        ]
    }
}
