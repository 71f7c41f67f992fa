/// How large a hand-in may be. Every limit is checked while bytes arrive, so that none of them is ever passed by much.
package struct BundleLimits: Sendable {
    /// Bytes of the archive as uploaded.
    package var uploadBytes: Int64
    /// Bytes of all files together once expanded.
    package var expandedBytes: Int64
    /// Files that are kept.
    package var files: Int
    /// Entries of any kind, those that are left out (``EntryName/ignored``) too.
    package var entries: Int
    /// Expanded bytes for each uploaded byte; looked at only past ``ratioFloor``.
    package var ratio: Int64
    /// Expanded bytes below which any ratio is fine: small text compresses very well.
    package var ratioFloor: Int64
    /// Free bytes the disk must keep for anything to be accepted.
    package var freeDisk: Int64

    package init(
        uploadBytes: Int64 = 256 << 20, expandedBytes: Int64 = 512 << 20, files: Int = 2000, entries: Int = 20_000,
        ratio: Int64 = 200, ratioFloor: Int64 = 16 << 20, freeDisk: Int64 = 1 << 30
    ) {
        self.uploadBytes = uploadBytes
        self.expandedBytes = expandedBytes
        self.files = files
        self.entries = entries
        self.ratio = ratio
        self.ratioFloor = ratioFloor
        self.freeDisk = freeDisk
    }
}
