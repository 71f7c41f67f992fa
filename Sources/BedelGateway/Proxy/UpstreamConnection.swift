internal import BedelDomain
internal import NIOCore

/// Whoever waits for an answer of an upstream. Everything is called on the event loop that both connections live on.
protocol UpstreamUser: AnyObject {
    func upstreamBegan(_ head: ResponseHead, framing: BodyFraming)
    func upstreamSent(_ data: ByteBuffer)
    /// No more for now.
    func upstreamPaused()
    func upstreamEnded()
    /// The connection is gone, or says what is not HTTP. Comes at most once, and never after ``upstreamEnded()``.
    func upstreamLost(_ error: BedelError)
    func upstreamWritabilityChanged()
}

/// One connection to an upstream, used by one request after another. It reads only when its user asks for more.
final class UpstreamConnection: ChannelInboundHandler, Sender {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum Mode { case idle, exchange, tunnel, closed }

    let address: Instance.Address
    private let time: LoopTime
    /// Let go at every end of an exchange, so that it is no circle.
    private var user: (any UpstreamUser)?
    private var context: ChannelHandlerContext?
    private var channel: (any Channel)?
    private var mode = Mode.idle
    private var inbound = ByteBuffer()
    private var reader = MessageReader<ResponseHead>(headLimit: 64 * 1024) { bytes throws(BedelError) in
        try HeadParser.response(bytes, maximumFields: 200)
    }
    /// The next read is under way: to ask again costs a way through the channel.
    private var isReading = false
    private var isInOutbox = false
    private var wasHeadRequest = false
    private var mayUpgrade = false
    /// Until an exchange begins, nothing speaks against it.
    private var keepsAlive = true
    /// Where it is while nobody uses it.
    var shelf: UpstreamPool.Shelf?
    private(set) var idleSince = NIODeadline.distantPast

    init(address: Instance.Address, time: LoopTime, isStream: Bool = false) {
        self.address = address
        self.time = time
        self.isStream = isStream
    }

    var isUsable: Bool { mode == .idle && channel?.isActive ?? false }
    /// Of the last answer.
    var trailers: Trailers { reader.trailers }
    /// A stream of an HTTP/2 connection: good for one request.
    let isStream: Bool
    /// Whether what stands behind a request's body has a place of its own there. Some HTTP/1.1 servers merge it into
    /// the header, so those never get any.
    var takesTrailers: Bool { isStream }
    var isWritable: Bool { channel?.isWritable ?? false }
    /// Whether the last answer left the connection good for another request.
    var isReusable: Bool { !isStream && mode == .idle && keepsAlive && inbound.readableBytes == 0 }

    // MARK: The user's side

    func begin(for user: any UpstreamUser, isHeadRequest: Bool, mayUpgrade: Bool) {
        self.user = user
        mode = .exchange
        keepsAlive = false
        wasHeadRequest = isHeadRequest
        self.mayUpgrade = mayUpgrade
        read()
    }

    /// In the middle of an exchange, somebody else waits for its answer from now on.
    func hand(to user: any UpstreamUser) {
        self.user = user
        read()
    }

    func write(_ buffer: ByteBuffer) { context?.write(wrapOutboundOut(buffer), promise: nil) }

    /// What waits in the outbox goes out with that.
    func flush() {
        if !isInOutbox { context?.flush() }
    }

    /// What was written goes out in a moment.
    func flushLater(_ outbox: Outbox) {
        isInOutbox = true
        outbox.add(self)
    }

    func sendNow() {
        isInOutbox = false
        context?.flush()
    }

    func read() {
        guard !isReading, let context else { return }
        isReading = true
        context.read()
    }

    /// Back to the pool.
    func rest(at now: NIODeadline) {
        user = nil
        idleSince = now
        // With a read outstanding, a connection that the upstream closes, or speaks on without being asked, is noticed.
        read()
    }

    func close() {
        user = nil
        mode = .closed
        context?.close(promise: nil)
    }

    // MARK: The channel's side

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        channel = context.channel
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        channel = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        switch mode {
        case .closed: return
        case .idle: lose("the upstream spoke without being asked")
        case .tunnel: user?.upstreamSent(buffer)
        case .exchange:
            time.during {
                inbound.take(buffer)
                readMessages()
            }
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        isReading = false
        switch mode {
        case .exchange, .tunnel: user?.upstreamPaused()
        case .idle: read()
        case .closed: break
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) { user?.upstreamWritabilityChanged() }

    func channelInactive(context: ChannelHandlerContext) {
        if mode == .exchange, reader.endsWithConnection { return finish() }
        lose("the upstream closed the connection")
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { lose(String(describing: error)) }

    // MARK: Reading

    private func readMessages() {
        do throws(BedelError) {
            while mode == .exchange, let event = try reader.next(&inbound) {
                switch consume event {
                case .head(let head): try begin(head)
                case .data(let data): user?.upstreamSent(data)
                case .end: finish()
                }
            }
            if mode == .tunnel, inbound.readableBytes > 0 {
                let rest = inbound
                inbound = ByteBuffer()
                user?.upstreamSent(rest)
            }
        } catch {
            lose(error.message)
        }
    }

    private func begin(_ head: ResponseHead) throws(BedelError) {
        if head.status == 101 {
            guard mayUpgrade else { throw .malformed("the upstream switched protocols without being asked") }
            mode = .tunnel
            user?.upstreamBegan(head, framing: .none)
            return
        }
        guard head.status >= 200 else { return reader.expectAnotherHead() }
        let framing = try BodyFraming.of(head, toHead: wasHeadRequest)
        reader.expectBody(framing)
        keepsAlive = head.minorVersion == 1 && !head.block.connectionHas("close") && framing != .untilClose
        user?.upstreamBegan(head, framing: framing)
    }

    private func finish() {
        mode = .idle
        let user = user
        self.user = nil
        user?.upstreamEnded()
    }

    private func lose(_ detail: String) {
        guard mode != .closed else { return }
        let wasIdle = mode == .idle
        mode = .closed
        context?.close(promise: nil)
        if wasIdle { shelf?.remove(self) }
        let user = user
        self.user = nil
        user?.upstreamLost(
            BedelError(.upstreamUnavailable, "The service behind the gateway does not answer.", detail: detail))
    }
}

extension ByteBuffer {
    /// Puts bytes behind those that are there; without a copy when there are none.
    mutating func take(_ buffer: ByteBuffer) {
        guard readableBytes > 0 else {
            self = buffer
            return
        }
        var buffer = buffer
        writeBuffer(&buffer)
    }
}
