internal import NIOCore
internal import NIOHTTP2
internal import NIOPosix
internal import NIOSSL

/// Opens the door: accepts connections and puts on each what speaks its protocol, on the event loop it will stay on.
struct Listener: Sendable {
    private let configuration: GatewayConfiguration
    private let loops: GatewayLoops
    private let census: ConnectionCensus
    private let tls: ServerTLS?

    /// - Parameter tls: nil: clients come in the clear, from this machine or a TLS terminator in front.
    init(configuration: GatewayConfiguration, loops: GatewayLoops, tls: ServerTLS?) {
        self.configuration = configuration
        self.loops = loops
        self.tls = tls
        census = ConnectionCensus(limit: configuration.limits.connectionsPerAddress)
    }

    /// - Returns: a socket that listens and takes nobody in until it is told to read.
    func bind(on threads: MultiThreadedEventLoopGroup) async throws -> any Channel {
        let listener = configuration.listener
        let server = bootstrap(threads)
            .serverChannelOption(.autoRead, value: false)
            .childChannelOption(.autoRead, value: false)
            // Who sends no more may still wait for an answer.
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            // Of who sends a lot at once, one piece is looked at before the others are.
            .childChannelOption(.maxMessagesPerRead, value: 1)
            // Each connection keeps a buffer of that size while it waits; it grows with what comes.
            .childChannelOption(
                .recvAllocator, value: AdaptiveRecvByteBufferAllocator(minimum: 512, initial: 1024, maximum: 65536)
            )
            .childChannelInitializer { channel in channel.eventLoop.makeCompletedFuture { try self.receive(channel) } }
        if let descriptor = listener.descriptor { return try await server.withBoundSocket(descriptor).get() }
        return try await server.bind(host: listener.host, port: listener.port).get()
    }

    /// The plain port that leads to this one.
    func bindRedirect(_ listener: GatewayConfiguration.Listener, on threads: MultiThreadedEventLoopGroup) async throws
        -> any Channel
    {
        try await bootstrap(threads)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let handler = RedirectHandler(configuration: configuration)
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
            .bind(host: listener.host, port: listener.port).get()
    }

    private func bootstrap(_ threads: MultiThreadedEventLoopGroup) -> ServerBootstrap {
        ServerBootstrap(group: threads)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
    }

    private func receive(_ channel: any Channel) throws {
        let address = channel.remoteAddress?.ipAddress ?? "local"
        guard let loop = loops.on(channel.eventLoop) else { throw ChannelError.eof }
        guard census.enter(address) else {
            loop.metrics.limit(.connections)
            throw ChannelError.eof
        }
        let leave = { [census] in census.leave(address) }
        // For a client that does not read, Linux would keep megabytes as well; and only so does it show here whether one
        // gets on at all. A Unix socket has no such option.
        try? channel.syncOptions?.setOption(Self.unsentLimit, value: 16 * 1024)
        guard let tls else { return try speakHTTP1(channel, loop, leave) }
        let turns = HandshakeTurns(turns: loop.handshakeTurns)
        let giveUp = { (_: (any Error)?) in
            loop.clientCame()
            leave()
        }
        let doorway = Doorway(limit: TimeAmount(tls.settings.handshake), giveUp: giveUp) { channel, isHTTP2 in
            defer { loop.clientCame() }
            channel.pipeline.syncOperations.removeHandler(turns, promise: nil)
            if isHTTP2 {
                try speakHTTP2(channel, loop, leave)
            } else {
                try speakHTTP1(channel, loop, leave)
            }
        }
        try channel.pipeline.syncOperations.addHandlers([turns, NIOSSLServerHandler(context: tls.context), doorway])
        loop.expectClient()
    }

    /// TCP_NOTSENT_LOWAT, tcp(7).
    private static let unsentLimit = ChannelOptions.Types.SocketOption(
        level: .tcp, name: NIOBSDSocket.Option(rawValue: 25))

    private func speakHTTP1(_ channel: any Channel, _ loop: GatewayLoop, _ leave: @escaping () -> Void) throws {
        try channel.pipeline.syncOperations.addHandler(ClientHandler(loop: loop, onClose: leave))
    }

    /// Frames about the connection itself are always read; what may wait is bounded by the windows.
    private func speakHTTP2(_ channel: any Channel, _ loop: GatewayLoop, _ leave: @escaping () -> Void) throws {
        let eventLoop = channel.eventLoop
        let session = ClientSession(loop: loop, onClose: leave)
        let endings = NIOHTTP2ServerConnectionManagementHandler(
            eventLoop: eventLoop, configuration: .init(maxIdleTime: nil, maxAge: nil, maxGraceTime: nil, keepalive: nil)
        )
        let bound = NIOLoopBound((loop, session), eventLoop: eventLoop)
        let frames = NIOHTTP2Handler(
            mode: .server, eventLoop: eventLoop, connectionConfiguration: HTTP2Limits.connection(configuration.limits),
            streamConfiguration: HTTP2Limits.stream, streamDelegate: endings.http2StreamDelegate
        ) { stream in
            stream.eventLoop.makeCompletedFuture {
                let (loop, session) = bound.value
                try stream.syncOptions?.setOption(.autoRead, value: false)
                try stream.pipeline.syncOperations.addHandler(ClientStreamHandler(session: session))
                try stream.pipeline.syncOperations.addHandler(ClientHandler(loop: loop, isStream: true, onClose: {}))
            }
        }
        try channel.pipeline.syncOperations.addHandlers([
            FrameTurns(turns: loop.frameTurns), WriteGathering(), frames, endings, session,
        ])
        try channel.syncOptions?.setOption(.allowRemoteHalfClosure, value: false)
        try channel.syncOptions?.setOption(.autoRead, value: true)
        channel.read()
    }
}
