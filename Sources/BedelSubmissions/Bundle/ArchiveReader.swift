internal import BedelDomain
internal import CArchive

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Reads an archive entry by entry with libarchive, which is told exactly one format and never writes to disk for us.
/// Every call blocks.
struct ArchiveReader: ~Copyable {
    private let archive: OpaquePointer
    private let locale: ThreadLocale

    private init(_ archive: OpaquePointer) {
        // libarchive turns names into UTF-8 by way of the thread's locale, and a server's is often "C".
        locale = ThreadLocale()
        self.archive = archive
    }

    /// - Throws: ``BedelError`` `unreadableBundle`.
    static func open(_ file: AnonymousFile, format: ArchiveFormat) throws(BedelError) -> ArchiveReader {
        guard let archive = archive_read_new() else { throw .internalFailure("archive_read_new: out of memory") }
        let reader = ArchiveReader(archive)
        switch format {
        case .zip:
            archive_read_support_format_zip_seekable(archive)
        case .tarGzip:
            archive_read_support_filter_gzip(archive)
            archive_read_support_format_tar(archive)
        case .tar:
            archive_read_support_format_tar(archive)
        }
        lseek(file.descriptor, 0, SEEK_SET)
        guard archive_read_open_fd(archive, file.descriptor, 1 << 16) == ARCHIVE_OK else { throw reader.unreadable() }
        return reader
    }

    deinit { archive_read_free(archive) }

    /// The next entry, or nil at the end. Anything but a clean answer is a refusal: a warning of libarchive's means
    /// that two readers may see two different archives.
    mutating func next() throws(BedelError) -> ArchiveEntry? {
        var entry: OpaquePointer?
        let status = archive_read_next_header(archive, &entry)
        if status == ARCHIVE_EOF { return nil }
        guard status == ARCHIVE_OK, let entry else { throw unreadable() }
        return ArchiveEntry(entry, bytesSoFar: archive_filter_bytes(archive, 0))
    }

    /// Up to `buffer.count` bytes of the current entry; 0 at its end.
    mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(BedelError) -> Int {
        let count = archive_read_data(archive, buffer.baseAddress, buffer.count)
        guard count >= 0 else { throw unreadable() }
        return count
    }

    private func unreadable() -> BedelError {
        let reason = archive_error_string(archive).map { String(cString: $0) } ?? "unknown"
        return BedelError(
            .unreadableBundle, "The archive is damaged or cut short.",
            next:
                "Pack the model's folder again with “zip -r model.zip .” or “tar czf model.tar.gz .” and hand that in.",
            detail: "libarchive: \(reason)")
    }
}

/// What an archive says of one entry.
struct ArchiveEntry {
    enum Kind: Equatable { case file, folder, symbolicLink, hardLink, special, sparse, encrypted }

    let name: [UInt8]
    let kind: Kind
    /// Decompressed bytes of the archive read so far, headers included.
    let bytesSoFar: Int64

    fileprivate init(_ entry: OpaquePointer, bytesSoFar: Int64) {
        let pointer = archive_entry_pathname_utf8(entry) ?? archive_entry_pathname(entry)
        name =
            pointer.map {
                Array(
                    UnsafeBufferPointer(
                        start: UnsafeRawPointer($0).assumingMemoryBound(to: UInt8.self), count: strlen($0)))
            } ?? []
        kind = Self.kind(of: entry)
        self.bytesSoFar = bytesSoFar
    }

    private static func kind(of entry: OpaquePointer) -> Kind {
        if archive_entry_is_encrypted(entry) != 0 { return .encrypted }
        if archive_entry_hardlink(entry) != nil || archive_entry_hardlink_w(entry) != nil { return .hardLink }
        if archive_entry_sparse_count(entry) > 0 { return .sparse }
        switch Int32(bitPattern: archive_entry_filetype(entry)) {
        case 0o100000: return .file
        case 0o040000: return .folder
        case 0o120000: return .symbolicLink
        default: return .special
        }
    }
}

/// Gives this thread a UTF-8 locale for as long as it lives; only this thread sees it.
struct ThreadLocale: ~Copyable {
    private let own: locale_t?
    private let previous: locale_t?

    init() {
        own = newlocale(LC_CTYPE_MASK, "C.UTF-8", nil)
        previous = own.flatMap { uselocale($0) }
    }

    deinit {
        guard let own else { return }
        uselocale(previous)
        freelocale(own)
    }
}
