internal import NIOCore

/// Cuts what comes from an HTTP/2 client into pieces that are little work, between frames (RFC 9113, section 4.1): a
/// hundred requests need no more bytes than one large one.
struct FrameCutter: Sendable {
    private static let headerSize = 9
    private static let data: UInt8 = 0
    private static let reset: UInt8 = 3
    private static let preface = 24
    /// A piece of a body is less work than a request, but not none: there may be thousands of a byte.
    private static let dataForOneFrame = 32

    /// Bytes that are still to come of the frame that was begun.
    private var left = preface

    /// Whether there is more than the beginning of a frame's header, which has to wait for the rest.
    func canCut(_ buffer: ByteBuffer) -> Bool {
        buffer.readableBytes >= (left > 0 ? 1 : Self.headerSize)
    }

    /// Takes a piece off the front: so many frames, or thirty-two times as many of DATA. The last one may be a part of a
    /// frame. What is taken back goes in together with its being taken back.
    mutating func cut(_ buffer: inout ByteBuffer, frames: Int) -> ByteBuffer {
        var end = 0
        var allowance = frames * Self.dataForOneFrame
        buffer.withUnsafeReadableBytes { bytes in
            while end < bytes.count {
                let step = min(left, bytes.count - end)
                end += step
                left -= step
                guard left == 0, bytes.count - end >= Self.headerSize else { return }
                let price = Self.price(of: bytes[end + 3])
                guard allowance >= price else { return }
                allowance -= price
                left = Self.headerSize + Int(bytes[end]) << 16 + Int(bytes[end + 1]) << 8 + Int(bytes[end + 2])
            }
        }
        return buffer.readSlice(length: end) ?? ByteBuffer()
    }

    private static func price(of kind: UInt8) -> Int {
        switch kind {
        case data: 1
        case reset: 0
        default: dataForOneFrame
        }
    }
}
