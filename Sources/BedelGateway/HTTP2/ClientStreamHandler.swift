internal import BedelDomain
internal import NIOCore
internal import NIOHTTP2

/// One stream of a client's HTTP/2 connection: what comes becomes an HTTP/1.1 request for the ``ClientHandler`` behind,
/// and its answer becomes frames. So one reading decides for both protocols.
final class ClientStreamHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTP2Frame.FramePayload
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = HTTP2Frame.FramePayload

    private let session: ClientSession
    private var context: ChannelHandlerContext?
    private var body: BodyIntake?
    /// Has come, and goes nowhere yet.
    private var head: ByteBuffer?
    private var isHeadRequest = false
    private var answer = ByteBuffer()
    private var reader = MessageReader<ResponseHead>(headLimit: 256 * 1024) { bytes throws(BedelError) in
        try HeadParser.response(bytes, maximumFields: 1000)
    }
    private var hold = FrameHold()
    private var isAnswered = false
    /// Fulfilled once the answer's last frame has gone, when that came before the request's.
    private var answeredEarly: EventLoopFuture<Void>?
    private var isClosing = false

    init(session: ClientSession) { self.session = session }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelActive(context: ChannelHandlerContext) {
        session.streamOpened()
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        head = nil
        session.streamClosed()
        context.fireChannelInactive()
    }

    // MARK: The request

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        do throws(BedelError) {
            switch unwrapInboundIn(data) {
            case .headers(let frame): try take(frame, context)
            case .data(let frame): try take(frame, context)
            default: return
            }
        } catch {
            session.refused(error)
            reset(.protocolError, context)
        }
    }

    private func take(_ frame: HTTP2Frame.FramePayload.Headers, _ context: ChannelHandlerContext) throws(BedelError) {
        guard body == nil else {
            let end = try body?.end(FieldForm.trailers(of: frame.headers), allocator: context.channel.allocator)
            passHead(context)
            return pass(end ?? [], context)
        }
        let head = try RequestForm.head(of: frame.headers, hasBody: !frame.endStream)
        isHeadRequest = head.isHeadRequest
        var body = BodyIntake(head.framing)
        if frame.endStream { _ = try body.end(Trailers(), allocator: context.channel.allocator) }
        self.body = body
        hold(head, isWhole: frame.endStream, context)
    }

    /// A request goes on when everything that came with it has been looked at: who takes it back in the same breath makes
    /// no work for anybody (CVE-2023-44487), and what says that it is empty and is not is never taken for a request.
    private func hold(_ head: RequestForm.Head, isWhole: Bool, _ context: ChannelHandlerContext) {
        var buffer = context.channel.allocator.buffer(capacity: head.bytes.count)
        buffer.writeBytes(head.bytes)
        self.head = buffer
        if isWhole || head.framing != .length(0) { session.beginAfterRead(self) }
    }

    /// Nothing that came with it speaks against it.
    func begin() {
        guard let context, head != nil else { return }
        passHead(context)
        context.fireChannelReadComplete()
    }

    private func passHead(_ context: ChannelHandlerContext) {
        guard let head else { return }
        self.head = nil
        pass([head], context)
    }

    private func take(_ frame: HTTP2Frame.FramePayload.Data, _ context: ChannelHandlerContext) throws(BedelError) {
        guard case .byteBuffer(let data) = frame.data, var body else { return }
        let buffers = try body.data(data, isLast: frame.endStream, allocator: context.channel.allocator)
        self.body = body
        if body.hasEnded || data.readableBytes > 0 { passHead(context) }
        pass(buffers, context)
    }

    private func pass(_ buffers: [ByteBuffer], _ context: ChannelHandlerContext) {
        for buffer in buffers { context.fireChannelRead(wrapInboundOut(buffer)) }
    }

    // MARK: The answer

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        answer.take(unwrapOutboundIn(data))
        do throws(BedelError) {
            while let event = try reader.next(&answer) { try send(event, context) }
            promise?.succeed()
        } catch {
            reset(.internalError, context)
            promise?.fail(error)
        }
    }

    private func send(_ event: MessageReader<ResponseHead>.Event, _ context: ChannelHandlerContext) throws(BedelError) {
        switch event {
        case .head(let head):
            put(.headers(.init(headers: ResponseForm.section(of: head))), context)
            guard head.status >= 200 else { return reader.expectAnotherHead() }
            reader.expectBody(try BodyFraming.of(head, toHead: isHeadRequest))
        case .data(let data):
            put(.data(.init(data: .byteBuffer(data))), context)
        case .end:
            isAnswered = true
            let written = body?.hasEnded == false ? context.eventLoop.makePromise(of: Void.self) : nil
            answeredEarly = written?.futureResult
            let frames = hold.end(FieldForm.section(of: reader.trailers))
            for payload in frames.dropLast() { context.write(wrapOutboundOut(payload), promise: nil) }
            context.write(wrapOutboundOut(frames[frames.count - 1]), promise: written)
        }
    }

    private func put(_ payload: HTTP2Frame.FramePayload, _ context: ChannelHandlerContext) {
        if let payload = hold.put(payload) { context.write(wrapOutboundOut(payload), promise: nil) }
    }

    func flush(context: ChannelHandlerContext) {
        if let payload = hold.release() { context.write(wrapOutboundOut(payload), promise: nil) }
        context.flush()
    }

    // MARK: The end

    /// The ``ClientHandler`` is through with the request, or gives it up. A stream whose both sides have ended closes by
    /// itself once its last byte has gone, however long the client takes; who asks again means it.
    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard !isClosing else { return context.close(mode: .all, promise: promise) }
        isClosing = true
        promise?.succeed()
        guard isAnswered else { return reset(.internalError, context) }
        guard body?.hasEnded == false else { return }
        // The rest of the request is not wanted (RFC 9113, section 8.1).
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        answeredEarly?.whenSuccess { bound.value.0.reset(.noError, bound.value.1) }
    }

    private func reset(_ code: HTTP2ErrorCode, _ context: ChannelHandlerContext) {
        isClosing = true
        head = nil
        context.writeAndFlush(wrapOutboundOut(.rstStream(code)), promise: nil)
    }
}
