package import BedelDomain
package import Logging
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import ServiceLifecycle
internal import Synchronization

/// The front door: listens, and leads every request to where it belongs. The way of a request is in
/// `ClientHandler+Request.swift`.
///
///     let gateway = Gateway(configuration: …)
///     let ports = try await gateway.bind()
///     await gateway.publish(snapshot)
///     try await gateway.run()        // by a ServiceGroup
package final class Gateway: Service {
    /// Where it really listens.
    package struct Ports: Sendable, Hashable {
        package let gateway: Int
        package let admin: Int?
        /// Of the plain port that leads to ``gateway``.
        package let redirect: Int?
    }

    private struct Door {
        var gateway: (any Channel)?
        var admin: (any Channel)?
        var redirect: (any Channel)?
        var tls: ServerTLS?
        var hasSnapshot = false
        var isOpen = false
        var healthTargets: [HealthTarget] = []
        var isDraining = false
    }

    private let house: House
    private let threads: MultiThreadedEventLoopGroup
    private let loops: GatewayLoops
    private let lines = Lines()
    /// Only the control side looks at it, never a request.
    private let door = Mutex(Door())

    /// - Parameters:
    ///   - authorizer: asked on event loops for every request; it may not block.
    ///   - assertions: asked on event loops, about once a minute for each person and upstream.
    ///   - denials: told on event loops of every refusal; it may not block.
    ///   - waker: told on event loops which models are called; nil: none sleeps.
    ///   - accessLog: gets a line for each request; nil: nobody does.
    ///   - spans: gets what is recorded of traces; nil: nothing is, but traces of others go through.
    package init(
        configuration: GatewayConfiguration, authenticator: any Authenticator, authorizer: any Authorizer,
        assertions: any Assertions, denials: any DenialRecorder, clock: any TimeSource,
        waker: (any ModelWaker)? = nil, logger: Logger, accessLog: (any AccessLogSink)? = nil,
        spans: (any SpanSink)? = nil
    ) {
        house = House(
            configuration: configuration, authorizer: authorizer, assertions: assertions, denials: denials,
            clock: clock,
            desk: AuthenticationDesk(authenticator: authenticator), waker: waker, logger: logger,
            accessLog: accessLog, spans: spans)
        threads = .singleton
        loops = GatewayLoops(threads: threads, house: house)
    }

    // MARK: What changes while it runs

    /// Swaps the snapshot; when this returns, every event loop decides by the new one. Requests on their way stay as
    /// they were decided.
    package func publish(_ snapshot: GatewaySnapshot) async {
        let lines = await lines.lines(for: snapshot.transports)
        await loops.each { $0.publish(snapshot.copy(), lines) }
        let targets = snapshot.healthTargets
        door.withLock { door in
            door.hasSnapshot = true
            door.healthTargets = targets
        }
        await open()
    }

    /// Forgets who is who: a session, a token or a membership may have changed. When this returns, every next request
    /// is looked up anew, and so is the credential of everything that is open, which ends when it is no longer good.
    package func forgetPrincipals() async {
        await loops.each { $0.forgetPrincipals() }
    }

    /// Looks at the certificates' files at once, instead of within ``TLSSettings/recheck``.
    package func reloadCertificates() async { await door.withLock { $0.tls }?.reload() }

    // MARK: Start and stop

    /// Begins to listen. Connections that come before the first ``publish(_:)`` wait in the socket until then, or until
    /// ``GatewayConfiguration/TimeOuts/opening`` is over; nobody who comes early is turned away.
    /// - Returns: the ports, also where 0 was asked for.
    /// - Throws: when an address is taken, or a certificate cannot be read.
    @discardableResult
    package func bind() async throws -> Ports {
        if let ports { return ports }
        let tls = try house.configuration.tls.map { try ServerTLS($0, clock: house.clock, logger: house.logger) }
        let listener = Listener(configuration: house.configuration, loops: loops, tls: tls)
        let gateway = try await listener.bind(on: threads)
        door.withLock { door in
            door.gateway = gateway
            door.tls = tls
        }
        if let plain = tls?.settings.redirectsFrom {
            let channel = try await listener.bindRedirect(plain, on: threads)
            door.withLock { $0.redirect = channel }
        }
        if let admin = house.configuration.admin {
            let channel = try await bindAdmin(admin)
            door.withLock { $0.admin = channel }
        }
        await loops.shareRates()
        await loops.each { $0.startTicking() }
        if door.withLock({ $0.hasSnapshot }) { await open() }
        guard let ports else { throw BedelError.internalFailure("the gateway listens on no port") }
        return ports
    }

    /// Serves until a graceful shutdown, then lets requests on their way finish, or until it is cancelled.
    package func run() async throws {
        let ports = try await bind()
        house.logger.notice(
            "gateway listens",
            metadata: ["port": .stringConvertible(ports.gateway), "base": .string(house.configuration.baseAuthority)])
        await withTaskGroup { group in
            group.addTask { await self.house.desk.run() }
            group.addTask { await self.healthChecker.run() }
            group.addTask { await self.openInTheEnd() }
            if let tls = door.withLock({ $0.tls }) { group.addTask { await tls.watch() } }
            let isGraceful: Void? = try? await gracefulShutdown()
            await stop(drain: isGraceful == nil ? .zero : house.configuration.timeOuts.drain)
            house.desk.close()
            group.cancelAll()
        }
    }

    /// Takes connections from now on.
    private func open() async {
        let gateway = door.withLock { door -> (any Channel)? in
            guard !door.isOpen, !door.isDraining, let gateway = door.gateway else { return nil }
            door.isOpen = true
            return gateway
        }
        try? await gateway?.setOption(.autoRead, value: true).get()
    }

    /// Somebody who is told that nothing works yet is better off than one who waits for ever.
    private func openInTheEnd() async {
        guard (try? await Task.sleep(for: house.configuration.timeOuts.opening)) != nil,
            !door.withLock({ $0.isOpen })
        else { return }
        house.logger.error("the gateway opens without knowing its routes: they could not be read yet")
        await open()
    }

    private func metrics() async -> LoopMetrics {
        var metrics = await loops.metrics()
        metrics.droppedSpans += house.spans?.dropped ?? 0
        return metrics
    }

    private var healthChecker: HealthChecker {
        HealthChecker(
            loops: loops, settings: house.configuration.upstreams, sleeper: .continuous, logger: house.logger
        ) { self.door.withLock { $0.healthTargets } }
    }

    private var ports: Ports? {
        door.withLock { door in
            guard let port = door.gateway?.localAddress?.port else { return nil }
            return Ports(
                gateway: port, admin: door.admin?.localAddress?.port, redirect: door.redirect?.localAddress?.port)
        }
    }

    private func bindAdmin(_ listener: GatewayConfiguration.Listener) async throws -> any Channel {
        let bootstrap = ServerBootstrap(group: threads)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline(withErrorHandling: true)
                    let handler = AdminHandler(
                        isReady: { self.door.withLock { $0.hasSnapshot && !$0.isDraining } },
                        metrics: { await self.metrics() })
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
        if let descriptor = listener.descriptor { return try await bootstrap.withBoundSocket(descriptor).get() }
        return try await bootstrap.bind(host: listener.host, port: listener.port).get()
    }

    private func stop(drain limit: Duration) async {
        door.withLock { $0.isDraining = true }
        await shutDoor()
        try? await door.withLock { $0.redirect }?.close().get()
        await loops.drain(limit: limit)
        try? await door.withLock { $0.admin }?.close().get()
        await loops.each { $0.stop() }
        house.logger.notice("gateway stopped")
    }

    /// A connection that was accepted goes from the listener's event loop to its own and back before it is served; those
    /// that are half-way when the listener closes would be thrown away. So none is taken any more, then twice around all
    /// loops, and only then is it closed.
    private func shutDoor() async {
        guard let gateway = door.withLock({ $0.gateway }) else { return }
        try? await gateway.setOption(.autoRead, value: false).get()
        await loops.each { _ in }
        await loops.each { _ in }
        try? await gateway.close().get()
    }
}
