package import BedelDomain
internal import HTTPTypes
internal import Hummingbird
package import Logging
internal import NIOCore
internal import ServiceLifecycle

/// The pages and `/api/v1`: the gateway's first upstream, and nobody else's.
package struct Console: Service {
    let routes: [Route]
    private let desk: Desk
    private let logger: Logger

    /// Reads the web directory; nothing is read from disk afterwards.
    /// - Throws: ``BedelError`` naming the file that is missing or wrong.
    package init(configuration: ConsoleConfiguration, ports: ConsolePorts, logger: Logger) throws(BedelError) {
        let web = WebDirectory(path: configuration.webDirectory)
        var assets = try web.assets()
        assets["bootstrap.min.css"] = try WebDirectory.read("\(configuration.bootstrapDirectory)/css/bootstrap.min.css")
        desk = Desk(
            ports: ports, configuration: configuration,
            templates: try Templates(files: try web.templates(), locales: try web.locales()), assets: AssetShelf(assets)
        )
        self.logger = logger
        routes = RouteTable(desk: desk).routes
    }

    /// Listens until the service group is told to stop; event streams end then.
    package func run() async throws {
        try await application().run()
    }

    /// - Parameter started: told the channel once it listens.
    func application(started: @escaping @Sendable (any Channel) async -> Void = { _ in }) -> some ApplicationProtocol {
        let address: BindAddress =
            switch desk.configuration.listener {
            case .unixSocket(let path): .unixDomainSocket(path: path)
            case .tcp(let host, let port): .hostname(host, port: port)
            }
        return Application(
            router: router(),
            configuration: .init(address: address, serverName: nil, backlog: Self.connectionsToAccept),
            onServerRunning: started, logger: logger)
    }

    /// A Unix socket refuses at once whoever comes when so many have not been accepted yet, and the gateway would take that
    /// for a failure. The system's own limit, mostly 4096, is above it.
    private static let connectionsToAccept = 4096

    private func router() -> Router<ConsoleRequestContext> {
        let frontDesk = FrontDesk(desk: desk, logger: logger)
        let router = Router(context: ConsoleRequestContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: UnknownAddress(frontDesk: frontDesk))
        for route in routes {
            var pattern = route.address.path
            if route.form == .git { pattern += "/**" }
            router.on(RouterPath(pattern), method: route.method) { request, context in
                try await frontDesk.answer(route, request, context.parameters)
            }
        }
        return router
    }
}

/// Hummingbird's own needs; everything of ours is in ``Visit``.
struct ConsoleRequestContext: Hummingbird.RequestContext {
    var coreContext: CoreRequestContextStorage

    init(source: ApplicationRequestContextSource) { coreContext = .init(source: source) }
}

/// Answers in our own words when the router knows no such address.
private struct UnknownAddress: RouterMiddleware {
    typealias Context = ConsoleRequestContext
    let frontDesk: FrontDesk

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as HTTPError where error.status == .notFound {
            return try frontDesk.answerUnknown(request)
        }
    }
}
