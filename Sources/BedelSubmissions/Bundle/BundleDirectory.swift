package import BedelDomain
package import NIOPosix

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Unpacked bundles by digest, for runners to mount read-only. A bundle appears whole or not at all, and never changes.
package struct BundleDirectory: Sendable {
    private let root: String
    private let blobs: any BlobStore
    private let limits: BundleLimits
    private let pool: NIOThreadPool

    /// - Parameters:
    ///   - root: an existing directory nobody else writes to.
    ///   - pool: where blocking calls run.
    package init(root: String, blobs: any BlobStore, limits: BundleLimits = BundleLimits(), pool: NIOThreadPool) {
        self.root = root
        self.blobs = blobs
        self.limits = limits
        self.pool = pool
    }

    /// The directory with the bundle's files, unpacked now if it was not before. Safe to call twice at the same time,
    /// and again after a death in the middle.
    /// - Throws: ``BedelError`` `notFound` when there is no such blob; `unavailable` when the disk refuses.
    package func directory(of digest: Digest) async throws -> String {
        let final = "\(root)/\(digest.hex)"
        if try await pool.runIfActive({ Self.isDirectory(final) }) { return final }
        let blob = try await blobs.path(of: digest)
        let (root, limits) = (root, limits)
        try await pool.runIfActive { try Self.unpack(blob, into: root, as: digest.hex, limits: limits) }
        return final
    }

    private static func unpack(_ blob: String, into root: String, as name: String, limits: BundleLimits)
        throws(BedelError)
    {
        let temporary = ".\(name).\(UInt64.random(in: 0 ... .max))"
        do throws(BedelError) {
            try fill(FolderWriter.create("\(root)/\(temporary)"), from: blob, limits: limits)
        } catch {
            FolderWriter.removeTree("\(root)/\(temporary)")
            throw error
        }
        guard rename("\(root)/\(temporary)", "\(root)/\(name)") != 0 else { return }
        let code = errno
        FolderWriter.removeTree("\(root)/\(temporary)")
        // Somebody else was quicker; what they unpacked has the same digest.
        guard code == EEXIST || code == ENOTEMPTY else { throw FolderWriter.failure("rename", code) }
    }

    /// The blob was checked when it was made. It is checked again here all the same: this is where bytes become files.
    private static func fill(
        _ folder: consuming FolderWriter, from blob: String, limits: BundleLimits
    ) throws(BedelError) {
        let file = try AnonymousFile(reading: blob)
        var archive = try ArchiveReader.open(file, format: .tar)
        var ledger = EntryLedger(limits: limits, uploadSize: .max)
        while let entry = try archive.next() {
            guard case .kept(let parts) = try EntryName(entry.name), entry.kind == .file else {
                throw .internalFailure("a canonical bundle holds something else than files: \(blob)")
            }
            try ledger.addFile(parts)
            try folder.add(parts, from: &archive)
        }
    }

    private static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}
