/// Looks at eight bytes at once (Lamport, “Multiple byte processing with full-word instructions”, 1975). What these say
/// of all eight together is exact; which of them it was has to be looked for.
struct EightBytes {
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highs: UInt64 = 0x8080_8080_8080_8080
    private let word: UInt64

    /// - Precondition: eight bytes are there.
    @inline(__always)
    init(_ bytes: UnsafeRawPointer) { word = bytes.loadUnaligned(as: UInt64.self) }

    @inline(__always)
    func has(_ byte: UInt8) -> Bool { Self.hasZero(word ^ (Self.ones &* UInt64(byte))) }

    /// One below 0x20, or 0x7F.
    @inline(__always)
    var hasControl: Bool {
        (word &- Self.ones &* 0x20) & ~word & Self.highs != 0 || has(0x7F)
    }

    @inline(__always)
    private static func hasZero(_ word: UInt64) -> Bool { (word &- ones) & ~word & highs != 0 }
}
