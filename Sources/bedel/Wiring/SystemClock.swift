import BedelDomain

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The machine's own clock.
struct SystemClock: TimeSource {
    /// By way of `Date`, which is good for a quarter of a microsecond: which module `timespec` is in depends, with NIO
    /// about, on what else is compiled together.
    func now() -> Timestamp {
        Timestamp(microseconds: Int64((Date().timeIntervalSince1970 * 1_000_000).rounded(.down)))
    }
}
