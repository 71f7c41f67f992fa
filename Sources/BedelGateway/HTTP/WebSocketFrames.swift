internal import NIOCore

/// Where the frames of one direction of a WebSocket begin and end (RFC 6455, section 5.2), so that a frame of our own
/// can be put between two of them. Reads their heads and skips all else; it judges nothing.
struct WebSocketFrames: Equatable, Sendable {
    /// Bytes of the frame that have yet to come, once its head is known.
    private var remaining: UInt64 = 0
    /// The head's first bytes, when it came in pieces.
    private var head: [UInt8] = []

    /// Whether the last byte seen was a frame's last.
    var isBetweenFrames: Bool { remaining == 0 && head.isEmpty }

    mutating func pass(_ bytes: ByteBufferView) {
        var rest = bytes
        while !rest.isEmpty {
            if remaining > 0 {
                let skipped = Int(min(remaining, UInt64(rest.count)))
                rest = rest.dropFirst(skipped)
                remaining -= UInt64(skipped)
            } else {
                head.append(rest.removeFirst())
                guard head.count > 1, head.count == Self.headLength(head[1]) else { continue }
                remaining = Self.payloadLength(head)
                head.removeAll(keepingCapacity: true)
            }
        }
    }

    /// A whole frame from a server that ends the WebSocket because its user may use it no longer: status 1008, “policy
    /// violation” (RFC 6455, sections 5.5.1 and 7.4.1).
    static let accessEnded: [UInt8] = {
        let reason = Array("Your access has ended; sign in again.".utf8)
        return [0x88, UInt8(reason.count + 2), 0x03, 0xF0] + reason
    }()

    private static func headLength(_ second: UInt8) -> Int {
        let extended = second & 0x7F == 127 ? 8 : second & 0x7F == 126 ? 2 : 0
        return 2 + extended + (second & 0x80 == 0 ? 0 : 4)
    }

    private static func payloadLength(_ head: [UInt8]) -> UInt64 {
        switch head[1] & 0x7F {
        case 127: head[2..<10].reduce(0) { $0 << 8 | UInt64($1) }
        case 126: head[2..<4].reduce(0) { $0 << 8 | UInt64($1) }
        case let length: UInt64(length)
        }
    }
}
