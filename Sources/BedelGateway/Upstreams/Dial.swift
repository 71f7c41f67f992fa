internal import BedelDomain
internal import NIOCore
internal import NIOPosix

/// Opens a connection to an address, on one event loop.
struct Dial: Sendable {
    let eventLoop: any EventLoop
    let timeOut: TimeAmount

    /// - Parameter prepare: puts handlers on the channel, before it is connected.
    func call(
        _ address: Instance.Address, prepare: @escaping @Sendable (any Channel) throws -> Void
    ) -> EventLoopFuture<any Channel> {
        let bootstrap = ClientBootstrap(group: eventLoop)
            .connectTimeout(timeOut)
            .channelOption(.autoRead, value: false)
            // What was read goes on to the client first: of who reads slowly, no more than one piece waits here.
            .channelOption(.maxMessagesPerRead, value: 1)
            .channelInitializer { channel in channel.eventLoop.makeCompletedFuture { try prepare(channel) } }
        return switch address {
        case .unixSocket(let path): bootstrap.connect(unixDomainSocketPath: path)
        case .tcp(let host, let port): bootstrap.connect(host: host, port: port)
        }
    }
}
