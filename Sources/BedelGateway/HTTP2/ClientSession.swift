internal import BedelDomain
internal import NIOCore
internal import NIOHTTP2

/// A client's HTTP/2 connection as a whole: how many streams are open, how it ends, and what it may not do.
final class ClientSession: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame

    private let loop: GatewayLoop
    private let onClose: () -> Void
    private var context: ChannelHandlerContext?
    private var streams = 0
    /// Have brought a request with what is being read just now.
    private var beginning: [ClientStreamHandler] = []
    private var idleSince = NIODeadline.now()
    private var isEnding = false

    /// - Parameter onClose: called once.
    init(loop: GatewayLoop, onClose: @escaping () -> Void) {
        self.loop = loop
        self.onClose = onClose
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        loop.add(self)
        if loop.isDraining { drain() }
    }

    func channelInactive(context: ChannelHandlerContext) {
        loop.remove(self)
        onClose()
        self.context = nil
        context.fireChannelInactive()
    }

    /// A stream's fault ends the stream, which was done when this comes; anything else ends the connection (RFC 9113,
    /// section 5.4).
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if Self.isFaultOfOneStream(error) { return refused(.malformed("an HTTP/2 stream was malformed")) }
        // After GOAWAY, an update of a window that comes behind the last stream's last frame is refused by ourselves; that
        // frame has still to go out, and then the connection is closed anyway.
        if isEnding, error is NIOHTTP2Errors.IOOnClosedConnection { return }
        context.close(promise: nil)
    }

    /// What has come is read to its end; the streams have seen all of it.
    func channelReadComplete(context: ChannelHandlerContext) {
        beginStreams()
        context.fireChannelReadComplete()
    }

    /// Calls ``ClientStreamHandler/begin()`` when that is so.
    func beginAfterRead(_ stream: ClientStreamHandler) { beginning.append(stream) }

    private func beginStreams() {
        guard !beginning.isEmpty else { return }
        let streams = beginning
        beginning.removeAll(keepingCapacity: true)
        for stream in streams { stream.begin() }
    }

    func streamOpened() { streams += 1 }

    func streamClosed() {
        streams -= 1
        idleSince = .now()
    }

    /// A stream that never became a request is counted and noted like a request that could not be read.
    func refused(_ error: BedelError) {
        loop.metrics.finished(nil, status: error.code.httpStatus, seconds: 0)
        // The stream is reset whether or not that can be kept: there is no answer to hold back.
        _ = loop.house.denials.record(
            AuditEvent(
                at: loop.house.clock.now(), actor: nil, actorName: "anonymous", action: "request.accept",
                resource: Resource.platform.description, profile: nil, outcome: .denied, reason: error.code.rawValue,
                facts: ["status": String(error.code.httpStatus)], requestID: loop.requestIDs.next().text,
                remoteAddress: context?.channel.remoteAddress?.ipAddress ?? "local"))
    }

    // MARK: The end

    /// Says that no new streams are taken (GOAWAY), and closes after the last one.
    func drain() {
        guard !isEnding else { return }
        isEnding = true
        context?.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
    }

    func abort() { context?.close(promise: nil) }

    /// Called every now and then by the loop.
    func checkTime(_ now: NIODeadline) {
        guard streams == 0, now > idleSince + TimeAmount(loop.house.configuration.timeOuts.keepAlive) else { return }
        guard isEnding else { return drain() }
        abort()
    }

    private static func isFaultOfOneStream(_ error: any Error) -> Bool {
        switch error {
        case is NIOHTTP2Errors.ForbiddenHeaderField, is NIOHTTP2Errors.InvalidHTTP2HeaderFieldName,
            is NIOHTTP2Errors.InvalidHTTP2HeaderFieldValue, is NIOHTTP2Errors.InvalidPseudoHeaders,
            is NIOHTTP2Errors.InvalidPseudoHeaderValue, is NIOHTTP2Errors.DuplicatePseudoHeader,
            is NIOHTTP2Errors.MissingPseudoHeader, is NIOHTTP2Errors.PseudoHeaderAfterRegularHeader,
            is NIOHTTP2Errors.UnknownPseudoHeader, is NIOHTTP2Errors.EmptyPathHeader,
            is NIOHTTP2Errors.ContentLengthViolated, is NIOHTTP2Errors.ContentLengthHeadersMismatch,
            is NIOHTTP2Errors.ContentLengthHeaderNegative, is NIOHTTP2Errors.ContentLengthHeaderMalformedValue,
            is NIOHTTP2Errors.UnsupportedPseudoHeader, is NIOHTTP2Errors.TrailersWithoutEndStream,
            is NIOHTTP2Errors.StreamClosed, is NIOHTTP2Errors.NoSuchStream:
            true
        default: false
        }
    }
}
