internal import NIOCore

/// Stands below TLS and lets the pieces of a handshake in when it is this connection's turn: a hundred clients that come at
/// once, each with a signature to be made, do not keep those waiting who are there already. Leaves after the handshake.
final class HandshakeTurns: ChannelDuplexHandler, RemovableChannelHandler, TurnTaker {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer

    private let turns: Turns
    private var pending = ByteBuffer()
    private var isInLine = false
    private var isInTurn = false
    private var wantsMore = false
    /// The client sends no more than is here.
    private var inputHasEnded = false
    private var context: ChannelHandlerContext?
    private var leave: ChannelHandlerContext.RemovalToken?

    init(turns: Turns) { self.turns = turns }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { pending.take(unwrapInboundIn(data)) }

    func channelReadComplete(context: ChannelHandlerContext) {
        guard !isInLine else { return }
        isInLine = true
        turns.give(to: self)
    }

    /// Not before what came before it.
    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard isInLine, case ChannelEvent.inputClosed = event else {
            return context.fireUserInboundEventTriggered(event)
        }
        inputHasEnded = true
    }

    /// Nothing is read while what came before waits.
    func read(context: ChannelHandlerContext) {
        guard !isInLine else { return wantsMore = true }
        context.read()
    }

    func takeTurn() -> Bool {
        guard let context else { return false }
        let piece = pending
        pending = ByteBuffer()
        isInTurn = true
        if piece.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(piece)) }
        context.fireChannelReadComplete()
        if inputHasEnded { context.fireUserInboundEventTriggered(ChannelEvent.inputClosed) }
        isInTurn = false
        isInLine = false
        if wantsMore {
            wantsMore = false
            self.context?.read()
        }
        if let leave { context.leavePipeline(removalToken: leave) }
        return false
    }

    /// The handshake ends within a turn, whose end still has to be passed on.
    func removeHandler(context: ChannelHandlerContext, removalToken: ChannelHandlerContext.RemovalToken) {
        guard isInTurn else { return context.leavePipeline(removalToken: removalToken) }
        leave = removalToken
    }
}
