internal import BedelDomain

/// The files of a bundle, without any archive around them: a sorted list of names, and one spool with all their bytes.
struct BundleFiles: Sendable {
    struct File: Sendable {
        let path: String
        let offset: Int64
        let size: Int64
    }

    /// By the bytes of their paths.
    let files: [File]
    private let spool: AnonymousFile

    init(_ files: [File], spool: AnonymousFile) {
        self.files = Self.withoutTopFolder(files).sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
        self.spool = spool
    }

    var paths: [String] { files.map(\.path) }

    /// The first `limit` bytes of a file, or nil when there is no such file. Blocks.
    func head(of path: String, limit: Int) throws(BedelError) -> [UInt8]? {
        guard let file = files.first(where: { $0.path == path }) else { return nil }
        return try head(of: file, limit: limit)
    }

    func head(of file: File, limit: Int) throws(BedelError) -> [UInt8] {
        try spool.read(min(Int(file.size), limit), at: file.offset)
    }

    /// A file's bytes piece by piece. Blocks.
    func forEachPiece(of file: File, _ body: ([UInt8]) throws(BedelError) -> Void) throws(BedelError) {
        var done: Int64 = 0
        while done < file.size {
            let piece = try spool.read(Int(min(file.size - done, 1 << 18)), at: file.offset + done)
            guard !piece.isEmpty else { throw .internalFailure("the spool is shorter than its index says") }
            try body(piece)
            done += Int64(piece.count)
        }
    }

    /// Everything in one folder and nothing beside it: people pack the folder instead of its contents. A folder whose
    /// name starts with a point (`.s2i`) is part of the layout and stays.
    private static func withoutTopFolder(_ files: [File]) -> [File] {
        guard let first = files.first?.path.split(separator: "/").first, !first.hasPrefix(".") else { return files }
        let prefix = Array("\(first)/".utf8)
        guard files.allSatisfy({ $0.path.utf8.starts(with: prefix) }) else { return files }
        return files.map { file in
            let rest = String(decoding: file.path.utf8.dropFirst(prefix.count), as: UTF8.self)
            return File(path: rest, offset: file.offset, size: file.size)
        }
    }
}
