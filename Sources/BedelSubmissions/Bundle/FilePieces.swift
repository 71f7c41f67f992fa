internal import BedelDomain
internal import NIOPosix

/// A spooled file as a stream, read on a thread pool as the reader pulls.
struct FilePieces: AsyncSequence, Sendable {
    typealias Element = [UInt8]
    let file: AnonymousFile
    let pool: NIOThreadPool

    func makeAsyncIterator() -> Iterator { Iterator(file: file, pool: pool) }

    struct Iterator: AsyncIteratorProtocol {
        fileprivate let file: AnonymousFile
        fileprivate let pool: NIOThreadPool
        private var offset: Int64 = 0

        fileprivate init(file: AnonymousFile, pool: NIOThreadPool) {
            self.file = file
            self.pool = pool
        }

        mutating func next() async throws -> [UInt8]? {
            let (file, offset) = (file, offset)
            let piece = try await pool.runIfActive { try file.read(1 << 18, at: offset) }
            self.offset += Int64(piece.count)
            return piece.isEmpty ? nil : piece
        }
    }
}
