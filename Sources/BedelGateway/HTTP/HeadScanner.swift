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
        while position < end {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[position..<end])
            guard let distance = Memory.firstIndex(of: 0x0A, in: rest) else {
                position = end
                break
            }
            position += distance
            guard position > lineStart, bytes[position - 1] == 0x0D else { return .bareLineFeed }
            position += 1
            if position == lineStart + 2 { return .complete(position) }
            lineStart = position
        }
        return bytes.count >= limit ? .tooLarge : .incomplete
    }
}
