internal import NIOCore

/// Puts a body on a connection in the framing that was announced.
struct BodyEncoder: Sendable {
    let framing: BodyFraming

    /// - Returns: the buffers to write, in order.
    func data(_ data: ByteBuffer, allocator: ByteBufferAllocator) -> [ByteBuffer] {
        guard framing == .chunked, data.readableBytes > 0 else { return [data] }
        var size = allocator.buffer(capacity: 18)
        size.writeString(String(data.readableBytes, radix: 16))
        size.writeStaticString("\r\n")
        var end = allocator.buffer(capacity: 2)
        end.writeStaticString("\r\n")
        return [size, data, end]
    }

    /// What says that the body is over; nil when nothing needs to.
    /// - Parameter trailers: dropped where the framing has no place for them.
    func end(allocator: ByteBufferAllocator, trailers: Trailers = Trailers()) -> ByteBuffer? {
        guard framing == .chunked else { return nil }
        var end = allocator.buffer(capacity: 5 + trailers.byteCount)
        end.writeStaticString("0\r\n")
        trailers.write(into: &end)
        end.writeStaticString("\r\n")
        return end
    }
}
