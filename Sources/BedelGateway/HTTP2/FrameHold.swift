internal import NIOCore
internal import NIOHPACK
internal import NIOHTTP2

/// Holds the last frame of a message back until something follows it or a flush comes, so that mostly the frame that is
/// the last can also say so.
struct FrameHold {
    private var held: HTTP2Frame.FramePayload?

    /// - Returns: what can go out now.
    mutating func put(_ payload: HTTP2Frame.FramePayload) -> HTTP2Frame.FramePayload? {
        defer { held = payload }
        return held
    }

    mutating func release() -> HTTP2Frame.FramePayload? {
        defer { held = nil }
        return held
    }

    /// - Returns: the frames that end the message, in order; the last one says that it is.
    mutating func end(_ trailers: HPACKHeaders?) -> [HTTP2Frame.FramePayload] {
        let last = release()
        if let trailers {
            return (last.map { [$0] } ?? []) + [.headers(.init(headers: trailers, endStream: true))]
        }
        switch last {
        case .headers(var headers):
            headers.endStream = true
            return [.headers(headers)]
        case .data(var data):
            data.endStream = true
            return [.data(data)]
        default:
            return [.data(.init(data: .byteBuffer(ByteBuffer()), endStream: true))]
        }
    }
}
