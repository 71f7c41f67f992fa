internal import BedelDomain
internal import NIOCore

/// Turns what comes in DATA frames into the body of an HTTP/1.1 message, and sees to it that it is as long as was said
/// (RFC 9113, section 8.1.1).
struct BodyIntake: Sendable {
    private let encoder: BodyEncoder
    private var left: UInt64?
    private(set) var hasEnded = false

    init(_ framing: BodyFraming) {
        encoder = BodyEncoder(framing: framing)
        switch framing {
        case .length(let count): left = count
        case .none: left = 0
        case .chunked, .untilClose: left = nil
        }
    }

    /// - Returns: the buffers to pass on, in order.
    /// - Throws: `invalidRequest` when there is more or less than was promised.
    mutating func data(
        _ data: ByteBuffer, isLast: Bool, allocator: ByteBufferAllocator
    ) throws(BedelError) -> [ByteBuffer] {
        if let left {
            guard data.readableBytes <= left else { throw Self.wrongLength }
            self.left = left - UInt64(data.readableBytes)
        }
        var buffers = data.readableBytes > 0 ? encoder.data(data, allocator: allocator) : []
        if isLast { buffers += try end(Trailers(), allocator: allocator) }
        return buffers
    }

    mutating func end(_ trailers: Trailers, allocator: ByteBufferAllocator) throws(BedelError) -> [ByteBuffer] {
        guard left ?? 0 == 0 else { throw Self.wrongLength }
        hasEnded = true
        return encoder.end(allocator: allocator, trailers: trailers).map { [$0] } ?? []
    }

    private static let wrongLength = BedelError.malformed("the body is not as long as Content-Length says")
}
