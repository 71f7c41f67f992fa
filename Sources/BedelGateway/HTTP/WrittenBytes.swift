internal import NIOCore

/// Bytes that are put together piece by piece, as a head or a line of a log, in memory that is used again and again. An array,
/// or a ``ByteBuffer``, looks with every piece whether somebody else holds it, which costs more than most pieces.
struct WrittenBytes: ~Copyable {
    private var start: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    private(set) var count = 0

    /// - Parameter capacity: more is made when it is needed.
    init(capacity: Int) {
        self.capacity = capacity
        start = .allocate(capacity: capacity)
    }

    deinit { start.deallocate() }

    mutating func removeAll() { count = 0 }

    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        body(UnsafeRawBufferPointer(start: start, count: count))
    }

    // MARK: Pieces

    @inline(__always)
    mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let source = bytes.baseAddress else { return }
        makeRoom(for: bytes.count)
        (start + count).update(from: source, count: bytes.count)
        count += bytes.count
    }

    @inline(__always)
    mutating func append(_ byte: UInt8) {
        makeRoom(for: 1)
        start[count] = byte
        count += 1
    }

    @inline(__always)
    mutating func append(_ text: StaticString) {
        append(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    @inline(__always)
    mutating func append(_ slice: ArraySlice<UInt8>) { slice.withUnsafeBufferPointer { append($0) } }

    /// Labelled, as a literal alone would be taken for this one.
    @inline(__always)
    mutating func append(text: String) { text.withBytes { append($0) } }

    mutating func append(_ buffer: ByteBuffer) {
        buffer.withUnsafeReadableBytes { append($0.assumingMemoryBound(to: UInt8.self)) }
    }

    mutating func append(_ id: RequestID) {
        append(hexadecimal: id.high)
        append(hexadecimal: id.low)
    }

    /// Sixteen lower-case digits.
    mutating func append(hexadecimal value: UInt64) {
        let halves = (
            Hexadecimal.digits(of: UInt32(truncatingIfNeeded: value >> 32)).bigEndian,
            Hexadecimal.digits(of: UInt32(truncatingIfNeeded: value)).bigEndian
        )
        withUnsafeBytes(of: halves) { append($0.assumingMemoryBound(to: UInt8.self)) }
    }

    /// As people write it.
    mutating func append(decimal value: Int) {
        if value < 0 { append(UInt8(ascii: "-")) }
        var length = 1
        var left = value.magnitude / 10
        while left > 0 {
            left /= 10
            length += 1
        }
        makeRoom(for: length)
        left = value.magnitude
        for place in stride(from: count + length - 1, through: count, by: -1) {
            start[place] = UInt8(truncatingIfNeeded: left % 10) + UInt8(ascii: "0")
            left /= 10
        }
        count += length
    }

    /// A line as it came, but for white space around the value.
    mutating func append(_ field: FieldBlock.Field, of block: FieldBlock) {
        block.bytes.withUnsafeBufferPointer { bytes in
            // Most lines are in that form: they go in one piece.
            guard !block.isPlain(field) else {
                return append(UnsafeBufferPointer(rebasing: bytes[field.name.lowerBound..<field.value.upperBound + 2]))
            }
            append(UnsafeBufferPointer(rebasing: bytes[field.name]))
            append(": ")
            append(UnsafeBufferPointer(rebasing: bytes[field.value]))
            append("\r\n")
        }
    }

    // MARK: Room

    @inline(__always)
    private mutating func makeRoom(for more: Int) {
        if count + more > capacity { grow(by: more) }
    }

    private mutating func grow(by more: Int) {
        let larger = max(2 * capacity, count + more)
        let fresh = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
        fresh.update(from: start, count: count)
        start.deallocate()
        start = fresh
        capacity = larger
    }

    // MARK: What became of it

    /// - Parameter room: for what is written behind it.
    func buffer(_ allocator: ByteBufferAllocator, room: Int = 0) -> ByteBuffer {
        var buffer = allocator.buffer(capacity: count + room)
        _ = withBytes { buffer.writeBytes($0) }
        return buffer
    }

    var text: String { withBytes { String(decoding: $0, as: UTF8.self) } }
}

extension String {
    /// As UTF-8. Nobody else needs to hold the string for that.
    @inline(__always)
    func withBytes(_ body: (UnsafeBufferPointer<UInt8>) -> Void) {
        if utf8.withContiguousStorageIfAvailable(body) != nil { return }
        // Of strings of Swift's own there is none that comes here.
        Array(utf8).withUnsafeBufferPointer(body)
    }
}
