internal import BedelDomain

/// What has been seen of an archive so far, and whether the next entry still fits: counts, sizes, and names that would
/// collide on some file system or other. Pure; the reader asks before it reads an entry's bytes.
struct EntryLedger {
    private let limits: BundleLimits
    private let uploadSize: Int64
    private var entries = 0
    private var files = 0
    private var expanded: Int64 = 0
    /// Every file and folder by how it compares without case and with Unicode equivalence (what `String` does).
    private var names: [String: Kind] = [:]

    private struct Kind {
        let spelling: [String]
        let isFile: Bool
    }

    init(limits: BundleLimits, uploadSize: Int64) {
        self.limits = limits
        self.uploadSize = uploadSize
    }

    /// Counts an entry of any kind.
    /// - Parameter bytesSoFar: what the archive has decompressed to up to here, its own headers included, which can be
    ///   made large as well.
    mutating func see(bytesSoFar: Int64) throws(BedelError) {
        entries += 1
        guard entries <= limits.entries else { throw tooMany("more than \(limits.entries) entries") }
        guard bytesSoFar <= limits.expandedBytes + (64 << 20) else { throw expandsTooFar() }
    }

    mutating func addFolder(_ parts: [String]) throws(BedelError) {
        guard !parts.isEmpty else { return }
        for depth in 1...parts.count { try claim(Array(parts.prefix(depth)), isFile: false) }
    }

    mutating func addFile(_ parts: [String]) throws(BedelError) {
        files += 1
        guard files <= limits.files else { throw tooMany("more than \(limits.files) files") }
        try addFolder(parts.dropLast())
        try claim(parts, isFile: true)
    }

    /// Counts bytes as they come out of the archive, kept or not.
    mutating func expand(_ count: Int) throws(BedelError) {
        expanded += Int64(count)
        guard expanded <= limits.expandedBytes else { throw expandsTooFar() }
        guard expanded <= limits.ratioFloor || expanded / max(uploadSize, 1) <= limits.ratio else {
            throw BedelError(
                .unsafeBundle, "The bundle expands to more than \(limits.ratio) times its size.",
                next: "Archives like that are made to fill disks; hand in the plain files of the model.")
        }
    }

    private mutating func claim(_ parts: [String], isFile: Bool) throws(BedelError) {
        let key = parts.joined(separator: "/").lowercased()
        guard let known = names[key] else {
            names[key] = Kind(spelling: parts, isFile: isFile)
            return
        }
        let same = known.spelling.map { Array($0.utf8) } == parts.map { Array($0.utf8) }
        if same, !isFile, !known.isFile { return }
        let name = parts.joined(separator: "/")
        let other = known.spelling.joined(separator: "/")
        let problem =
            same
            ? (known.isFile == isFile ? "stands in the archive twice" : "is a file and a folder at once")
            : "differs from “\(EntryName.shown(Array(other.utf8)))” only by case or by the way accents are written"
        throw EntryName.unsafe(EntryName.shown(Array(name.utf8)), problem, "Keep one of them under that name")
    }

    private func expandsTooFar() -> BedelError {
        BedelError(
            .tooLarge, "The bundle expands to more than \(ByteCount(limits.expandedBytes)).",
            next: "Leave out data sets and anything the model does not need to answer, then hand in again.",
            arguments: ["limit": "\(ByteCount(limits.expandedBytes))"])
    }

    private func tooMany(_ what: String) -> BedelError {
        BedelError(
            .unsafeBundle, "The archive holds \(what).",
            next: "Hand in only the model's own files: no virtual environment, no data set, no packages.")
    }
}
