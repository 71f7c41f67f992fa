internal import NIOCore

/// Stands below an HTTP/2 connection's frames and lets them in a few at a time, when it is this connection's turn. What
/// came and was not let in yet waits here, and nothing more is read meanwhile.
final class FrameTurns: ChannelDuplexHandler, TurnTaker {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer

    /// A request is one, or two with a small body.
    private static let framesAtOnce = 4

    private let turns: Turns
    private var cutter = FrameCutter()
    private var pending = ByteBuffer()
    private var isInLine = false
    private var wantsMore = false
    private var isClosing = false
    private var context: ChannelHandlerContext?

    init(turns: Turns) { self.turns = turns }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { leave() }

    func channelInactive(context: ChannelHandlerContext) {
        leave()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isClosing else { return }
        pending.take(unwrapInboundIn(data))
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        guard cutter.canCut(pending) else { return context.fireChannelReadComplete() }
        guard !isInLine else { return }
        isInLine = true
        turns.give(to: self)
    }

    /// In HTTP/2, who sends no more cannot even say that there is room for an answer.
    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event { return context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    func read(context: ChannelHandlerContext) {
        guard !isInLine else { return wantsMore = true }
        context.read()
    }

    /// What is still there of a client that is shown the door is not let in, but read: what is left unread in a socket
    /// would keep the last words from getting out.
    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        context.close(mode: mode, promise: promise)
        guard mode == .all, !isClosing else { return }
        isClosing = true
        isInLine = false
        pending = ByteBuffer()
        context.read()
    }

    func takeTurn() -> Bool {
        guard let context, !isClosing else { return false }
        let piece = cutter.cut(&pending, frames: Self.framesAtOnce)
        // As long as it is held here, whoever reads next has to have a new one.
        if pending.readableBytes == 0 { pending = ByteBuffer() }
        context.fireChannelRead(wrapInboundOut(piece))
        context.fireChannelReadComplete()
        guard !isClosing else { return false }
        if cutter.canCut(pending) { return true }
        isInLine = false
        if wantsMore {
            wantsMore = false
            self.context?.read()
        }
        return false
    }

    private func leave() {
        context = nil
        pending = ByteBuffer()
    }
}
