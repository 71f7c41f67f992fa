internal import BedelDomain
internal import NIOCore

/// A client's connection, from its first byte to its last: the only handler of ours on it. It performs what
/// ``ProxyState`` decides. Bytes are read only when they have somewhere to go, in both directions, so that the slowest
/// of all parties sets the pace and nothing piles up here.
final class ClientHandler: ChannelInboundHandler, Sender {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    let loop: GatewayLoop
    let isStream: Bool
    let onClose: () -> Void
    var state = ProxyState()
    var exchange: Exchange?
    /// Goes up with every request: what was asked for the last one is not for this one.
    var turn = 0
    var upstream: UpstreamConnection?
    var requestEncoder = BodyEncoder(framing: .none)
    var responseEncoder = BodyEncoder(framing: .none)
    /// Of the upstream's half of a tunnel.
    var frames = WebSocketFrames()
    var waiting = Waiting()
    /// Counted among those whose answers wait unread.
    var stall: Stalls<ClientHandler>.Mark?
    private(set) var remoteAddress = ""
    private(set) var context: ChannelHandlerContext?
    private(set) var allocator = ByteBufferAllocator()
    private var channel: (any Channel)?
    private var held = SmallWrites()
    /// What was written goes out in a moment.
    private var isInOutbox = false
    var inbound = ByteBuffer()
    var reader: MessageReader<RequestHead>
    private var isProcessing = false
    /// The next read is under way: to ask again costs a way through the channel.
    private var isReading = false
    /// The client sends no more, and waits for its answers.
    private(set) var inputHasEnded = false

    /// - Parameters:
    ///   - isStream: it is on one stream of an HTTP/2 connection.
    ///   - onClose: called once.
    init(loop: GatewayLoop, isStream: Bool = false, onClose: @escaping () -> Void) {
        self.loop = loop
        self.isStream = isStream
        self.onClose = onClose
        let limits = loop.house.configuration.limits
        reader = MessageReader(headLimit: limits.headerBytes) { bytes throws(BedelError) in
            try HeadParser.request(bytes, maximumFields: limits.headerFields)
        }
    }

    // MARK: The channel

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        channel = context.channel
        allocator = context.channel.allocator
        if context.channel.isActive { start(context) }
    }

    func channelActive(context: ChannelHandlerContext) { start(context) }

    private func start(_ context: ChannelHandlerContext) {
        guard remoteAddress.isEmpty else { return }
        remoteAddress = context.channel.remoteAddress?.ipAddress ?? "local"
        loop.add(self)
        wait(for: .header)
        // Who came in as the door was shut may ask once.
        if loop.isDraining { drain() }
        isReading = true
        context.read()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        loop.time.during {
            inbound.take(unwrapInboundIn(data))
            process()
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        isReading = false
        upstream?.flush()
        readMore()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        readerChanged(isBlocked: !context.channel.isWritable)
        guard context.channel.isWritable else { return }
        if let upstream { return upstream.read() }
        // What was asked meanwhile.
        process()
        readMore()
    }

    /// A client that says that it sends no more may still be there for the answer (RFC 9112, section 9.6).
    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case ChannelEvent.inputClosed = event, !isStream else {
            return context.fireUserInboundEventTriggered(event)
        }
        inputHasEnded = true
        // What has no end of its own would be open for nobody.
        let isOver = exchange?.isEventStream ?? false || !(state.mayAnswerHalfClosed || holdsWholeBody)
        guard isOver else { return knock() }
        // An answer may still be on its way out.
        if state.phase == .waiting { closeAfterFlush() } else { abort() }
    }

    /// Who has gone altogether, and not with its sending side alone, refuses whatever comes; so something comes, which
    /// nobody has to wait for (RFC 9110, section 15.2).
    private func knock() {
        guard !state.hasAnswered, exchange?.request?.head.minorVersion == 1 else { return }
        write(ByteBuffer(staticString: "HTTP/1.1 100 Continue\r\n\r\n"))
        flush()
    }

    func channelInactive(context: ChannelHandlerContext) {
        if state.leavesWork { leaveBehind() } else { dropUpstream() }
        state.clientLost()
        if exchange != nil { finishExchange() }
        endStall()
        loop.remove(self)
        onClose()
        self.context = nil
        channel = nil
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { abort() }

    // MARK: Reading

    /// Goes on with what has come, as far as somebody wants it.
    func process() {
        guard !isProcessing else { return }
        isProcessing = true
        defer { isProcessing = false }
        while step() {}
        if inbound.readableBytes == 0 { inbound = ByteBuffer() }
    }

    private func step() -> Bool {
        switch state.phase {
        case .deciding, .connecting, .closed: return false
        case .lingering:
            inbound.clear()
            return false
        case .tunnelling:
            guard inbound.readableBytes > 0 else { return false }
            exchange?.requestBytes += inbound.readableBytes
            loop.metrics.bytesFromClients += inbound.readableBytes
            upstream?.write(inbound)
            inbound = ByteBuffer()
            wait(for: .tunnel)
            return false
        case .gathering: return gather()
        case .waiting, .exchanging, .discarding: return readMessage()
        }
    }

    private func readMessage() -> Bool {
        // Between the head and the end of the answer, a next request waits its turn.
        guard state.phase == .waiting || !state.requestIsComplete else { return false }
        // Whoever does not read its answers is asked for no more requests.
        guard state.phase != .waiting || isWritable else { return false }
        if state.phase == .waiting, inbound.readableBytes > 0, waiting.reason == .nextRequest { wait(for: .header) }
        do throws(BedelError) {
            guard let event = try reader.next(&inbound) else { return false }
            switch consume event {
            case .head(let head): serve(head)
            case .data(let data): forward(data)
            case .end: if state.phase == .discarding { discarded() } else { forwardEnd() }
            }
            return true
        } catch {
            refuseUnreadable(error)
            return false
        }
    }

    func readMore() {
        guard let context, !isReading else { return }
        // A little of what comes next may wait here: to stop listening and begin again costs more than to go on.
        let mayReadAhead = state.mayReadAhead && inbound.readableBytes == 0
        guard mayReadAhead || state.phase != .waiting || isWritable else { return }
        if mayReadAhead || state.wantsClientBytes(upstreamIsWritable: upstream?.isWritable ?? false) {
            isReading = true
            context.read()
        }
    }

    // MARK: Writing

    func write(_ buffer: ByteBuffer) {
        exchange?.responseBytes += buffer.readableBytes
        held.add(buffer) { context?.write(wrapOutboundOut($0), promise: nil) }
    }

    /// What is large goes at once: nothing more is read of a client before there is room for the answer.
    func flushLater() {
        guard isWritable else { return flush() }
        guard !isInOutbox else { return }
        isInOutbox = true
        loop.outbox.add(self)
    }

    func sendNow() {
        if isInOutbox { flush() }
    }

    func flush() {
        isInOutbox = false
        held.release { context?.write(wrapOutboundOut($0), promise: nil) }
        context?.flush()
    }

    var isWritable: Bool { channel?.isWritable ?? false }

    /// What waits here for the client to read. A stream does not say, and keeps it until it has gone also when it is closed.
    var unsentBytes: Int {
        guard !isStream, let buffered = try? channel?.syncOptions?.getOption(.bufferedWritableBytes) else { return 0 }
        return buffered
    }

    // MARK: The end

    /// Stops at once; what was to go out in a moment goes out before.
    func abort() {
        sendNow()
        context?.close(promise: nil)
    }

    func drain() {
        let isIdle = state.drain()
        let isEndless = state.phase == .tunnelling || exchange?.isEventStream ?? false
        if isEndless { return abort() }
        // Bytes may be on their way; a moment later nobody can say that they were not read.
        if isIdle { wait(for: .lastRequest) }
    }

    func dropUpstream() {
        upstream?.close()
        upstream = nil
    }

    // MARK: Time

    func wait(for reason: Waiting.Reason) {
        waiting.begin(reason, now: loop.time.now, loop.patience)
    }

    /// Called every now and then by the loop.
    func checkTime(_ now: NIODeadline) {
        if now >= waiting.deadline { return timedOut(waiting.reason) }
        checkPace(now)
    }
}
