/// Looks at eight bytes at once (Lamport, “Multiple byte processing with full-word instructions”, 1975). What these say
/// is exact of all eight together, and of the first of them that it is true of.
struct EightBytes {
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highs: UInt64 = 0x8080_8080_8080_8080
    private let word: UInt64

    /// - Precondition: eight bytes are there.
    @inline(__always)
    init(_ bytes: UnsafeRawPointer) { word = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self)) }

    @inline(__always)
    func has(_ byte: UInt8) -> Bool { places(of: byte) != 0 }

    /// One below 0x20, or 0x7F.
    @inline(__always)
    var hasControl: Bool { controls != 0 }

    /// Whether thirty-two bytes, four times eight, are all visible ASCII or spaces.
    /// - Precondition: so many are there.
    @inline(__always)
    static func areVisible(fourAt start: UnsafeRawPointer) -> Bool {
        var others: UInt64 = 0
        for part in 0..<4 {
            let word = Self(start + part * 8).word
            // Borrows below 0x20, carries from 0x7F; where there is neither, no byte says anything of its neighbour.
            others |= (word &- ones &* 0x20) | (word &+ ones) | word
        }
        return others & highs == 0
    }

    /// The place of the first such, counted from the first byte.
    @inline(__always)
    var firstControl: Int? {
        let controls = controls
        return controls == 0 ? nil : controls.trailingZeroBitCount / 8
    }

    @inline(__always)
    private var controls: UInt64 { (word &- Self.ones &* 0x20) & ~word & Self.highs | places(of: 0x7F) }

    /// The highest bit of each; behind the first, of others too.
    @inline(__always)
    private func places(of byte: UInt8) -> UInt64 {
        let zeros = word ^ (Self.ones &* UInt64(byte))
        return (zeros &- Self.ones) & ~zeros & Self.highs
    }
}
