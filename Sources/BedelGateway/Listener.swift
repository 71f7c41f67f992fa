internal import NIOCore
internal import NIOPosix
internal import NIOSSL

/// Opens the door: accepts connections and puts a ``ClientHandler`` on each, on the event loop it will stay on.
struct Listener: Sendable {
    private let configuration: GatewayConfiguration
    private let loops: GatewayLoops
    private let census: ConnectionCensus
    private let tls: NIOSSLContext?

    /// - Throws: when certificate or key cannot be read, or do not belong together.
    init(configuration: GatewayConfiguration, loops: GatewayLoops) throws {
        self.configuration = configuration
        self.loops = loops
        census = ConnectionCensus(limit: configuration.limits.connectionsPerAddress)
        tls = try configuration.tls.map(Self.context)
    }

    func bind(on threads: MultiThreadedEventLoopGroup) async throws -> any Channel {
        let listener = configuration.listener
        return try await ServerBootstrap(group: threads)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { channel in channel.eventLoop.makeCompletedFuture { try self.receive(channel) } }
            .bind(host: listener.host, port: listener.port).get()
    }

    private func receive(_ channel: any Channel) throws {
        let address = channel.remoteAddress?.ipAddress ?? "local"
        guard let loop = loops.on(channel.eventLoop), census.enter(address) else { throw ChannelError.eof }
        if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
        let handler = ClientHandler(loop: loop) { [census] in census.leave(address) }
        try channel.pipeline.syncOperations.addHandler(handler)
    }

    private static func context(_ files: GatewayConfiguration.TLSFiles) throws -> NIOSSLContext {
        let chain = try NIOSSLCertificate.fromPEMFile(files.certificates).map(NIOSSLCertificateSource.certificate)
        let key = try NIOSSLPrivateKey(file: files.key, format: .pem)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain, privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        return try NIOSSLContext(configuration: configuration)
    }
}
