internal import BedelDomain

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Whether a disk still has room. Blocks for the length of one system call.
enum FreeSpace {
    /// - Throws: ``BedelError`` `unavailable`.
    static func require(_ bytes: Int64, at directory: String) throws(BedelError) {
        var status = statvfs()
        let known = statvfs(directory, &status) == 0
        let free = known ? Int64(clamping: UInt64(status.f_bavail)) * Int64(status.f_frsize) : 0
        guard known, free >= bytes else {
            throw BedelError(
                .unavailable, "This server's disk is nearly full, so nothing can be handed in just now.",
                next: "Tell your teacher or whoever runs this server, and try again later.",
                detail: "\(directory): \(free) bytes free, \(bytes) wanted, errno \(errno)")
        }
    }
}
