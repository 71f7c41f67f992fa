import BedelDomain

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The machine's clock, for tests with a server that has a clock of its own.
struct WallClock: TimeSource {
    func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
    }
}
