internal import BedelDomain
internal import NIOCore
internal import NIOHTTP2

/// An HTTP/2 connection to an upstream: many requests at once, each on a stream of its own.
final class UpstreamSession: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame

    let address: Instance.Address
    private let time: LoopTime
    private let isSecure: Bool
    private let multiplexer: NIOHTTP2Handler.StreamMultiplexer
    private let channel: any Channel
    private let onClose: (UpstreamSession) -> Void
    private(set) var streams = 0
    private(set) var idleSince = NIODeadline.now()
    private var isEnding = false

    /// Puts itself on a connection that speaks HTTP/2 from here on.
    /// - Parameter onClose: called once.
    static func start(
        on channel: any Channel, to address: Instance.Address, time: LoopTime, isSecure: Bool,
        onClose: @escaping (UpstreamSession) -> Void
    ) throws -> UpstreamSession {
        let frames = NIOHTTP2Handler(
            mode: .client, eventLoop: channel.eventLoop, connectionConfiguration: HTTP2Limits.upstream,
            streamConfiguration: HTTP2Limits.stream
        ) { pushed in
            // Never asked for (SETTINGS_ENABLE_PUSH is 0), never taken.
            pushed.close()
        }
        try channel.pipeline.syncOperations.addHandler(frames)
        let session = UpstreamSession(
            address: address, time: time, isSecure: isSecure, multiplexer: try frames.syncMultiplexer(),
            channel: channel, onClose: onClose)
        try channel.pipeline.syncOperations.addHandler(session)
        try channel.syncOptions?.setOption(.autoRead, value: true)
        channel.read()
        return session
    }

    private init(
        address: Instance.Address, time: LoopTime, isSecure: Bool,
        multiplexer: NIOHTTP2Handler.StreamMultiplexer, channel: any Channel,
        onClose: @escaping (UpstreamSession) -> Void
    ) {
        self.address = address
        self.time = time
        self.isSecure = isSecure
        self.multiplexer = multiplexer
        self.channel = channel
        self.onClose = onClose
    }

    /// Whether there is room for another stream.
    var isOpen: Bool { !isEnding && channel.isActive && streams < HTTP2Limits.concurrentStreams }

    /// A stream, for one request.
    /// - Parameter done: called once, on the event loop.
    func open(_ done: @escaping UpstreamSessions.Done) {
        streams += 1
        let connection = UpstreamConnection(address: address, time: time, isStream: true)
        let bound = NIOLoopBound((self, connection), eventLoop: channel.eventLoop)
        let stream = multiplexer.createStreamChannel { stream in
            stream.eventLoop.makeCompletedFuture {
                let (session, connection) = bound.value
                try stream.syncOptions?.setOption(.autoRead, value: false)
                try stream.pipeline.syncOperations.addHandlers([
                    UpstreamStreamHandler(isSecure: session.isSecure), connection,
                ])
            }
        }
        stream.assumeIsolated().whenComplete { [self] result in
            switch result {
            case .success(let stream):
                stream.closeFuture.assumeIsolated().whenComplete { _ in self.streamEnded() }
                done(.success(connection))
            case .failure(let error):
                streamEnded()
                done(.failure(error))
            }
        }
    }

    private func streamEnded() {
        streams -= 1
        idleSince = .now()
        if isEnding, streams == 0 { channel.close(promise: nil) }
    }

    /// Takes no more requests, and ends with the last.
    func end() {
        isEnding = true
        if streams == 0 { channel.close(promise: nil) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .goAway = unwrapInboundIn(data).payload { end() }
    }

    func channelInactive(context: ChannelHandlerContext) {
        isEnding = true
        onClose(self)
        context.fireChannelInactive()
    }

    /// An upstream of ours that does not keep to the protocol is not called on the same connection again.
    func errorCaught(context: ChannelHandlerContext, error: any Error) { end() }
}
