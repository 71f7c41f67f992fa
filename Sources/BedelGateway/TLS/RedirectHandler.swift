internal import BedelDomain
internal import NIOCore

/// A connection to the plain port: whoever asks for one of our hosts is led to the same address by `https`. Nothing else
/// is done there, so that no credential is ever taken in the clear.
final class RedirectHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let configuration: GatewayConfiguration
    private let normaliser: RequestNormaliser
    private var hosts = HostNames()
    private var reader: MessageReader<RequestHead>
    private var inbound = ByteBuffer()
    private var alarm: Scheduled<Void>?

    init(configuration: GatewayConfiguration) {
        self.configuration = configuration
        normaliser = RequestNormaliser(scheme: "http", base: configuration.baseAuthority)
        let limits = configuration.limits
        reader = MessageReader(headLimit: limits.headerBytes) { bytes throws(BedelError) in
            try HeadParser.request(bytes, maximumFields: limits.headerFields)
        }
    }

    func channelActive(context: ChannelHandlerContext) {
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        alarm = context.eventLoop.scheduleTask(in: TimeAmount(configuration.timeOuts.header)) {
            bound.value.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) { alarm?.cancel() }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        inbound.take(unwrapInboundIn(data))
        let answer: Redirect
        do throws(BedelError) {
            guard case .head(let head) = try reader.next(&inbound) else { return }
            answer = Redirect.answer(to: try normaliser.normalise(head, &hosts), base: configuration.baseAuthority)
        } catch {
            answer = .refuse
        }
        var buffer = context.channel.allocator.buffer(capacity: 256)
        answer.write(into: &buffer)
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.writeAndFlush(wrapOutboundOut(buffer)).whenComplete { _ in bound.value.close(promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

/// What the plain port answers.
enum Redirect: Equatable, Sendable {
    /// 308 (RFC 9110, section 15.4.9).
    case to(String)
    /// No host of ours, no request, or a method that has already sent in the clear what it should not have.
    case refuse

    /// - Parameter base: the host that all others hang from; with a port when `https` has one of its own.
    static func answer(to request: NormalRequest, base: String) -> Redirect {
        guard request.method == .get || request.method == .head else { return .refuse }
        let name = request.authority.prefix { $0 != ":" }
        let baseName = base.prefix { $0 != ":" }
        guard name == baseName || name.hasSuffix(".\(baseName)") else { return .refuse }
        let address = String(decoding: request.path + request.query, as: UTF8.self)
        return .to("https://\(name)\(base.dropFirst(baseName.count))\(address)")
    }

    func write(into buffer: inout ByteBuffer) {
        switch self {
        case .to(let location): buffer.writeString("HTTP/1.1 308 Permanent Redirect\r\nLocation: \(location)\r\n")
        case .refuse: buffer.writeStaticString("HTTP/1.1 400 Bad Request\r\n")
        }
        buffer.writeStaticString("Content-Length: 0\r\nConnection: close\r\n\r\n")
    }
}
