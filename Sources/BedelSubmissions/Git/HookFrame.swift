internal import BedelDomain
internal import NIOCore

/// What hook and Bedel say to each other over the socket: one byte for the kind, four for the length (big-endian), then
/// that many bytes.
///
/// The hook says ``hello``, then ``data`` again and again, then ``end`` or ``abort``. Bedel says ``line`` again and
/// again, then ``accepted`` or ``refused``; the hook then closes.
enum HookFrame: Equatable, Sendable {
    case hello(Hello)
    case data([UInt8])
    case end
    /// git could not archive the commit.
    case abort
    case line(String)
    case accepted
    case refused

    struct Hello: Equatable, Sendable {
        let ticket: String
        let ref: String
        let commit: String
        /// Empty when none was named.
        let assignment: String
    }

    static let maximumLength = 1 << 20
}

/// Frames to bytes and back.
struct HookFrameCodec: ByteToMessageDecoder, MessageToByteEncoder {
    typealias InboundOut = HookFrame
    typealias OutboundIn = HookFrame

    mutating func decode(context: ChannelHandlerContext, buffer: inout ByteBuffer) throws -> DecodingState {
        guard let frame = try Self.next(from: &buffer) else { return .needMoreData }
        context.fireChannelRead(Self.wrapInboundOut(frame))
        return .continue
    }

    mutating func decodeLast(context: ChannelHandlerContext, buffer: inout ByteBuffer, seenEOF: Bool) throws
        -> DecodingState
    {
        try decode(context: context, buffer: &buffer)
    }

    func encode(data: HookFrame, out: inout ByteBuffer) throws {
        let (kind, payload) = Self.parts(of: data)
        out.writeInteger(kind)
        out.writeInteger(UInt32(payload.count))
        out.writeBytes(payload)
    }

    private static func next(from buffer: inout ByteBuffer) throws(BedelError) -> HookFrame? {
        let start = buffer.readerIndex
        guard let kind = buffer.getInteger(at: start, as: UInt8.self),
            let length = buffer.getInteger(at: start + 1, as: UInt32.self)
        else { return nil }
        guard length <= HookFrame.maximumLength else { throw .internalFailure("a hook's frame of \(length) bytes") }
        guard let payload = buffer.getBytes(at: start + 5, length: Int(length)) else { return nil }
        buffer.moveReaderIndex(forwardBy: 5 + Int(length))
        return try frame(kind, payload)
    }

    private static func frame(_ kind: UInt8, _ payload: [UInt8]) throws(BedelError) -> HookFrame {
        switch kind {
        case 1:
            let fields = payload.split(separator: 0, omittingEmptySubsequences: false).map {
                String(decoding: $0, as: UTF8.self)
            }
            guard fields.count == 4 else { throw .internalFailure("a hook's hello of \(fields.count) fields") }
            return .hello(.init(ticket: fields[0], ref: fields[1], commit: fields[2], assignment: fields[3]))
        case 2: return .data(payload)
        case 3: return .end
        case 4: return .abort
        case 5: return .line(String(decoding: payload, as: UTF8.self))
        case 6: return .accepted
        case 7: return .refused
        default: throw .internalFailure("a hook's frame of kind \(kind)")
        }
    }

    private static func parts(of frame: HookFrame) -> (UInt8, [UInt8]) {
        switch frame {
        case .hello(let hello):
            (
                1,
                Array(
                    [hello.ticket, hello.ref, hello.commit, hello.assignment].map { Array($0.utf8) }.joined(separator: [
                        0
                    ]))
            )
        case .data(let bytes): (2, bytes)
        case .end: (3, [])
        case .abort: (4, [])
        case .line(let text): (5, Array(text.utf8))
        case .accepted: (6, [])
        case .refused: (7, [])
        }
    }

    /// Puts the codec into a channel and gives its two ends.
    static func wrap(_ channel: any Channel) throws -> NIOAsyncChannel<HookFrame, HookFrame> {
        try channel.pipeline.syncOperations.addHandlers(
            ByteToMessageHandler(HookFrameCodec()), MessageToByteHandler(HookFrameCodec()))
        return try NIOAsyncChannel(wrappingChannelSynchronously: channel)
    }
}
