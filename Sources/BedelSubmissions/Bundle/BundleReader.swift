internal import BedelDomain

/// Takes an uploaded archive apart: every entry judged, the kept ones in one spool. Blocks; belongs on a thread pool.
struct BundleReader {
    private let limits: BundleLimits
    private let spool: AnonymousFile
    private var ledger: EntryLedger
    private var files: [BundleFiles.File] = []
    private var end: Int64 = 0

    private init(limits: BundleLimits, uploadSize: Int64, directory: String) throws(BedelError) {
        self.limits = limits
        spool = try AnonymousFile(in: directory)
        ledger = EntryLedger(limits: limits, uploadSize: uploadSize)
    }

    /// - Throws: ``BedelError`` `unreadableBundle`, `unsafeBundle`, `tooLarge`, `unrecognisedBundle` when it is empty.
    static func read(_ upload: SpooledUpload, limits: BundleLimits, directory: String) throws(BedelError) -> BundleFiles
    {
        let format = try ArchiveFormat(firstBytes: upload.file.read(ArchiveFormat.sniffLength, at: 0))
        var reader = try BundleReader(limits: limits, uploadSize: upload.size, directory: directory)
        return try reader.readAll(ArchiveReader.open(upload.file, format: format))
    }

    private mutating func readAll(_ archive: consuming ArchiveReader) throws(BedelError) -> BundleFiles {
        while let entry = try archive.next() {
            try ledger.see(bytesSoFar: entry.bytesSoFar)
            try take(entry, from: &archive)
        }
        guard !files.isEmpty else { throw ArchiveFormat.empty }
        return BundleFiles(files, spool: spool)
    }

    private mutating func take(_ entry: ArchiveEntry, from archive: inout ArchiveReader) throws(BedelError) {
        let name = try EntryName(entry.name)
        try Self.checkKind(entry)
        switch (name, entry.kind) {
        case (.kept(let parts), .folder):
            try ledger.addFolder(parts)
        case (.kept(let parts), _):
            guard !parts.isEmpty else { throw EntryName.unsafe("", "has no name", "Pack the folder again") }
            try ledger.addFile(parts)
            let start = end
            try copy(from: &archive, keep: true)
            files.append(.init(path: parts.joined(separator: "/"), offset: start, size: end - start))
        case (.ignored, _):
            // Read all the same: skipping would decompress it without counting.
            try copy(from: &archive, keep: false)
        }
    }

    private mutating func copy(from archive: inout ArchiveReader, keep: Bool) throws(BedelError) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
        defer { buffer.deallocate() }
        while true {
            let count = try archive.read(into: buffer)
            guard count > 0 else { return }
            try ledger.expand(count)
            guard keep else { continue }
            try spool.write(UnsafeRawBufferPointer(rebasing: buffer[..<count]), at: end)
            end += Int64(count)
        }
    }

    private static func checkKind(_ entry: ArchiveEntry) throws(BedelError) {
        let shown = EntryName.shown(entry.name)
        switch entry.kind {
        case .file, .folder: return
        case .symbolicLink:
            throw EntryName.unsafe(shown, "is a symbolic link", "Put the file itself in its place")
        case .hardLink:
            throw EntryName.unsafe(shown, "is a hard link", "Put the file itself in its place")
        case .special:
            throw EntryName.unsafe(shown, "is a device, a pipe or a socket", "Leave it out")
        case .sparse:
            throw EntryName.unsafe(shown, "is a sparse file", "Pack it without “--sparse”")
        case .encrypted:
            throw EntryName.unsafe(shown, "is encrypted", "Pack it without a password")
        }
    }
}
