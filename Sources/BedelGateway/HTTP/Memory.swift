#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// What the C library does to bytes with everything the processor has for it.
enum Memory {
    @inline(__always)
    static func firstIndex(of byte: UInt8, in bytes: UnsafeRawBufferPointer) -> Int? {
        guard let start = bytes.baseAddress, let found = memchr(start, CInt(byte), bytes.count) else { return nil }
        return UnsafeRawPointer(found) - start
    }

    /// Takes as long as they are alike: not for secrets, unless to find one that was proven already.
    @inline(__always)
    static func isSame(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Bool {
        guard a.count == b.count else { return false }
        guard let a = a.baseAddress, let other = b.baseAddress else { return true }
        return memcmp(a, other, b.count) == 0
    }
}
