internal import NIOCore

/// Stands below an HTTP/2 connection's frames, which come in small pieces: puts them together, and sends what all streams
/// have written in one turn of the event loop at once. Each piece alone would be a record of TLS, and each answer alone a
/// system call.
final class WriteGathering: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// What is larger goes as it is.
    private static let smallPiece = 4 * 1024
    /// A record of TLS holds no more.
    private static let largestTogether = 16 * 1024
    /// So much does not wait for the end of the turn.
    private static let mostHeld = 64 * 1024

    private var together: ByteBuffer?
    private var promises: [EventLoopPromise<Void>] = []
    private var held = 0
    private var isFlushComing = false
    private var context: ChannelHandlerContext?

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        promises.forEach { $0.fail(ChannelError.ioOnClosedChannel) }
        promises = []
        together = nil
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let piece = unwrapOutboundIn(data)
        held += piece.readableBytes
        guard piece.readableBytes <= Self.smallPiece else {
            pass(context)
            return context.write(wrapOutboundOut(piece), promise: promise)
        }
        if let already = together?.readableBytes, already + piece.readableBytes > Self.largestTogether { pass(context) }
        // Never the piece itself: whoever wrote it uses its memory again.
        var buffer = together ?? context.channel.allocator.buffer(capacity: 1024)
        together = nil
        buffer.writeImmutableBuffer(piece)
        together = buffer
        if let promise { promises.append(promise) }
    }

    func flush(context: ChannelHandlerContext) {
        guard held < Self.mostHeld else { return flushNow(context) }
        guard !isFlushComing else { return }
        isFlushComing = true
        context.eventLoop.assumeIsolated().execute { [self] in
            guard isFlushComing, let context = self.context else { return }
            flushNow(context)
        }
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        if mode != .input { flushNow(context) }
        context.close(mode: mode, promise: promise)
    }

    private func flushNow(_ context: ChannelHandlerContext) {
        isFlushComing = false
        held = 0
        pass(context)
        context.flush()
    }

    private func pass(_ context: ChannelHandlerContext) {
        guard let buffer = together else { return }
        together = nil
        context.write(wrapOutboundOut(buffer), promise: promiseOfAll())
    }

    private func promiseOfAll() -> EventLoopPromise<Void>? {
        guard let last = promises.popLast() else { return nil }
        for other in promises { last.futureResult.cascade(to: other) }
        promises.removeAll()
        return last
    }
}
