internal import NIOCore

/// Puts small pieces that are written one after another together, as each costs the system more than its bytes: a head
/// and the short body behind it leave as one.
struct SmallWrites {
    private static let limit = 16 * 1024
    private var held: ByteBuffer?

    /// - Parameter pass: gets what need not wait any more.
    mutating func add(_ buffer: ByteBuffer, _ pass: (ByteBuffer) -> Void) {
        guard buffer.readableBytes < Self.limit else {
            release(pass)
            return pass(buffer)
        }
        guard var together = held else { return held = buffer }
        // Nobody else may hold it while it grows, or it would be copied.
        held = nil
        if together.readableBytes + buffer.readableBytes > Self.limit {
            pass(together)
            together = buffer
        } else {
            together.writeImmutableBuffer(buffer)
        }
        held = together
    }

    mutating func release(_ pass: (ByteBuffer) -> Void) {
        guard let buffer = held else { return }
        held = nil
        pass(buffer)
    }
}
