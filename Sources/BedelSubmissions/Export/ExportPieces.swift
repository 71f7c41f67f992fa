internal import BedelDomain
internal import NIOPosix

/// The bytes of an export's tar in order: for each part its header, what it holds, and the padding; two empty blocks at the
/// end.
struct ExportPieces: AsyncSequence, Sendable {
    typealias Element = [UInt8]
    let parts: [ExportPart]
    /// Everything lies in it.
    let folder: String
    let blobs: any BlobStore
    /// Where a part lies until its length is known, as a file without a name.
    let directory: String
    let pool: NIOThreadPool

    func makeAsyncIterator() -> Iterator { Iterator(pieces: self) }

    struct Iterator: AsyncIteratorProtocol {
        private let pieces: ExportPieces
        private var position = 0
        /// The file that is being read.
        private var file: (open: AnonymousFile, size: Int64, offset: Int64)?
        private var isOver = false
        private static let pieceSize = 1 << 18

        fileprivate init(pieces: ExportPieces) { self.pieces = pieces }

        mutating func next() async throws -> [UInt8]? {
            if let file { return try await piece(of: file) }
            guard position < pieces.parts.count else {
                defer { isOver = true }
                return isOver ? nil : [UInt8](repeating: 0, count: 2 * TarHeader.blockSize)
            }
            defer { position += 1 }
            switch pieces.parts[position] {
            case .bytes(let path, let bytes):
                return header(path, Int64(bytes.count)) + bytes + TarHeader.padding(after: Int64(bytes.count))
            case .stored(let path, let digest): return try await begin(path, stored(digest))
            case .made(let path, let stream): return try await begin(path, spooled(stream()))
            }
        }

        private func header(_ path: String, _ size: Int64) -> [UInt8] {
            TarHeader.blocks(path: "\(pieces.folder)/\(path)", size: size)
        }

        private func stored(_ digest: Digest) async throws -> AnonymousFile {
            let place = try await pieces.blobs.path(of: digest)
            return try await pieces.pool.runIfActive { try AnonymousFile(reading: place) }
        }

        private func spooled(_ stream: ByteStream) async throws -> AnonymousFile {
            try await SpooledUpload.receive(
                stream, limit: .max, directory: pieces.directory, pool: pieces.pool
            ).file
        }

        private mutating func begin(_ path: String, _ open: AnonymousFile) async throws -> [UInt8] {
            let size = try await pieces.pool.runIfActive { try open.size() }
            if size > 0 { file = (open, size, 0) }
            return header(path, size)
        }

        private mutating func piece(of file: (open: AnonymousFile, size: Int64, offset: Int64)) async throws -> [UInt8]
        {
            let (open, offset) = (file.open, file.offset)
            let count = Int(Swift.min(Int64(Self.pieceSize), file.size - offset))
            let bytes = try await pieces.pool.runIfActive { try open.read(count, at: offset) }
            guard bytes.count == count else {
                throw BedelError.internalFailure("a blob became shorter while it was read")
            }
            let reached = offset + Int64(count)
            guard reached == file.size else {
                self.file?.offset = reached
                return bytes
            }
            self.file = nil
            return bytes + TarHeader.padding(after: file.size)
        }
    }
}
