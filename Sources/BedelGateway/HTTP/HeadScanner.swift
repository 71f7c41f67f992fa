/// Finds the empty line that ends a head, in bytes that arrive piece by piece; each byte is looked at once.
struct HeadScanner: Sendable {
    enum Progress: Equatable, Sendable {
        case incomplete
        /// The head takes this many bytes, the empty line included.
        case complete(Int)
        /// A line that ends without CR: some would end the line there, others not.
        case bareLineFeed
        case tooLarge
    }

    private let limit: Int
    private var position = 0
    private var lineStart = 0

    /// - Parameter limit: the most bytes a head may have.
    init(limit: Int) { self.limit = limit }

    /// - Parameter bytes: everything from the head's first byte; at each call the same, and perhaps more.
    mutating func scan(_ bytes: UnsafeRawBufferPointer) -> Progress {
        let end = min(bytes.count, limit)
        guard let start = bytes.baseAddress else { return .incomplete }
        while position < end {
            if end - position >= 8, !EightBytes(start + position).has(0x0A) {
                position += 8
                continue
            }
            guard bytes[position] == 0x0A else {
                position += 1
                continue
            }
            guard position > lineStart, bytes[position - 1] == 0x0D else { return .bareLineFeed }
            position += 1
            if position == lineStart + 2 { return .complete(position) }
            lineStart = position
        }
        return bytes.count >= limit ? .tooLarge : .incomplete
    }
}
