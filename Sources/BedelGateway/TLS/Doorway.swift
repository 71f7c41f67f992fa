internal import NIOCore
internal import NIOTLS

/// Waits for the end of a TLS handshake, then puts on the connection what speaks the protocol that was agreed on
/// (RFC 7301) and leaves.
final class Doorway: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    private let limit: TimeAmount
    private var open: ((any Channel, _ isHTTP2: Bool) throws -> Void)?
    private var giveUp: (((any Error)?) -> Void)?
    private var error: (any Error)?
    private var alarm: Scheduled<Void>?

    /// - Parameters:
    ///   - limit: for the handshake.
    ///   - open: called on the channel's event loop, at most once.
    ///   - giveUp: called instead when the connection ends before, with what was wrong with it.
    init(
        limit: TimeAmount, giveUp: @escaping ((any Error)?) -> Void,
        open: @escaping (any Channel, Bool) throws -> Void
    ) {
        self.limit = limit
        self.giveUp = giveUp
        self.open = open
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { start(context) }
    }

    func channelActive(context: ChannelHandlerContext) { start(context) }

    private func start(_ context: ChannelHandlerContext) {
        guard alarm == nil else { return }
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        alarm = context.eventLoop.scheduleTask(in: limit) { bound.value.close(promise: nil) }
        context.read()
    }

    func channelReadComplete(context: ChannelHandlerContext) { context.read() }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // Nobody shakes hands with half a connection.
        if case ChannelEvent.inputClosed = event, open != nil { return context.close(promise: nil) }
        guard case TLSUserEvent.handshakeCompleted(let name) = event, let open else {
            return context.fireUserInboundEventTriggered(event)
        }
        alarm?.cancel()
        self.open = nil
        giveUp = nil
        do {
            try open(context.channel, name == "h2")
            context.pipeline.syncOperations.removeHandler(self, promise: nil)
        } catch {
            context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        alarm?.cancel()
        giveUp?(error)
        giveUp = nil
        open = nil
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.error = self.error ?? error
        context.close(promise: nil)
    }
}
