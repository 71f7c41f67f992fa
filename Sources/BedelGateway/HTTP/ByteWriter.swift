internal import NIOCore

/// A head as it is put together, piece by piece, to be copied once to where it goes: every piece that is written to a
/// ``ByteBuffer`` by itself costs more than its bytes.
struct HeadBytes {
    private(set) var bytes: [UInt8] = []

    /// - Parameter capacity: more is made when it is needed.
    init(capacity: Int) { bytes.reserveCapacity(capacity) }

    mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

    @inline(__always)
    mutating func append(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    @inline(__always)
    mutating func append(_ slice: ArraySlice<UInt8>) {
        slice.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
    }

    /// Labelled, as a literal alone would be taken for this one.
    @inline(__always)
    mutating func append(text: String) {
        var text = text
        text.withUTF8 { bytes.append(contentsOf: $0) }
    }

    mutating func append(_ buffer: ByteBuffer) {
        // As bytes of a type they go in one piece, as raw ones one by one.
        buffer.withUnsafeReadableBytes { bytes.append(contentsOf: $0.assumingMemoryBound(to: UInt8.self)) }
    }

    mutating func append(_ id: RequestID) {
        bytes.append(hexadecimal: id.high)
        bytes.append(hexadecimal: id.low)
    }

    mutating func append(hexadecimal value: UInt64) { bytes.append(hexadecimal: value) }

    mutating func append(decimal value: Int) { bytes.append(decimal: value) }

    /// A line as it came, but for white space around the value.
    mutating func append(_ field: FieldBlock.Field, of block: FieldBlock) {
        // Most lines are in that form: they go in one piece.
        guard !block.isPlain(field) else { return append(block[field.name.lowerBound..<field.value.upperBound + 2]) }
        append(block[field.name])
        append(": ")
        append(block[field.value])
        append("\r\n")
    }

    /// - Parameter room: for what is written behind it.
    func buffer(_ allocator: ByteBufferAllocator, room: Int = 0) -> ByteBuffer {
        var buffer = allocator.buffer(capacity: bytes.count + room)
        buffer.writeBytes(bytes)
        return buffer
    }
}
