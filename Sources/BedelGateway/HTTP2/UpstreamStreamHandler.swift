internal import BedelDomain
internal import NIOCore
internal import NIOHPACK
internal import NIOHTTP2

/// One stream to an upstream: the HTTP/1.1 request that comes from the ``ClientHandler`` becomes frames, and its answer
/// becomes HTTP/1.1 again.
final class UpstreamStreamHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTP2Frame.FramePayload
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = HTTP2Frame.FramePayload

    private let scheme: String
    private var request = ByteBuffer()
    private var reader = MessageReader<RequestHead>(headLimit: 256 * 1024) { bytes throws(BedelError) in
        try HeadParser.request(bytes, maximumFields: 1000)
    }
    private var hold = FrameHold()
    private var isHeadRequest = false
    private var body: BodyIntake?

    init(isSecure: Bool) { scheme = isSecure ? "https" : "http" }

    // MARK: The request

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        request.take(unwrapOutboundIn(data))
        do throws(BedelError) {
            while let event = try reader.next(&request) { try send(event, context) }
            promise?.succeed()
        } catch {
            promise?.fail(error)
            fail(error, context)
        }
    }

    private func send(_ event: MessageReader<RequestHead>.Event, _ context: ChannelHandlerContext) throws(BedelError) {
        switch event {
        case .head(let head):
            isHeadRequest = head.block[head.method].equals("HEAD")
            put(.headers(.init(headers: section(of: head))), context)
            reader.expectBody(try BodyFraming.of(head))
        case .data(let data):
            put(.data(.init(data: .byteBuffer(data))), context)
        case .end:
            for payload in hold.end(FieldForm.section(of: reader.trailers)) {
                context.write(wrapOutboundOut(payload), promise: nil)
            }
        }
    }

    private func section(of head: RequestHead) -> HPACKHeaders {
        let block = head.block
        var section = HPACKHeaders()
        section.reserveCapacity(block.fields.count + 5)
        section.add(name: ":method", value: block[head.method].text)
        section.add(name: ":scheme", value: scheme)
        section.add(name: ":authority", value: block.first(.host)?.text ?? "")
        section.add(name: ":path", value: block[head.target].text)
        for field in block.fields where field.meaning != .host {
            if let field = FieldForm.field(block[field.name], block[field.value]) {
                section.add(name: field.name, value: field.value)
            }
        }
        // We do understand them, whoever asked; gRPC speaks to nobody else.
        section.add(name: "te", value: "trailers")
        return section
    }

    private func put(_ payload: HTTP2Frame.FramePayload, _ context: ChannelHandlerContext) {
        if let payload = hold.put(payload) { context.write(wrapOutboundOut(payload), promise: nil) }
    }

    func flush(context: ChannelHandlerContext) {
        if let payload = hold.release() { context.write(wrapOutboundOut(payload), promise: nil) }
        context.flush()
    }

    // MARK: The answer

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        do throws(BedelError) {
            switch unwrapInboundIn(data) {
            case .headers(let frame): try take(frame, context)
            case .data(let frame): try take(frame, context)
            default: return
            }
        } catch {
            fail(error, context)
        }
    }

    private func take(_ frame: HTTP2Frame.FramePayload.Headers, _ context: ChannelHandlerContext) throws(BedelError) {
        let allocator = context.channel.allocator
        guard body == nil else {
            return pass(try body?.end(FieldForm.trailers(of: frame.headers), allocator: allocator) ?? [], context)
        }
        let head = try ResponseForm.head(
            of: frame.headers, hasBody: !frame.endStream, isHeadRequest: isHeadRequest)
        // What only says that the answer is coming goes no further.
        guard head.status >= 200 else { return }
        var buffer = allocator.buffer(capacity: head.bytes.count)
        buffer.writeBytes(head.bytes)
        var body = BodyIntake(head.framing)
        pass([buffer] + (frame.endStream ? try body.end(Trailers(), allocator: allocator) : []), context)
        self.body = body
    }

    private func take(_ frame: HTTP2Frame.FramePayload.Data, _ context: ChannelHandlerContext) throws(BedelError) {
        guard case .byteBuffer(let data) = frame.data, var body else { return }
        let buffers = try body.data(data, isLast: frame.endStream, allocator: context.channel.allocator)
        self.body = body
        pass(buffers, context)
    }

    private func pass(_ buffers: [ByteBuffer], _ context: ChannelHandlerContext) {
        for buffer in buffers { context.fireChannelRead(wrapInboundOut(buffer)) }
    }

    private func fail(_ error: BedelError, _ context: ChannelHandlerContext) { context.fireErrorCaught(error) }
}
