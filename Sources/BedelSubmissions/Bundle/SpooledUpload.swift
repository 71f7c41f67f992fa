internal import BedelDomain
internal import NIOPosix

/// An upload set down in a file without a name, so that it can be read twice and memory stays small.
struct SpooledUpload: Sendable {
    let file: AnonymousFile
    let size: Int64

    /// Pulls the stream to its end.
    /// - Throws: `tooLarge` as soon as one byte more than the limit has come.
    static func receive(
        _ stream: ByteStream, limit: Int64, directory: String, pool: NIOThreadPool
    ) async throws -> SpooledUpload {
        let file = try await pool.runIfActive { try AnonymousFile(in: directory) }
        var size: Int64 = 0
        var gathered: [UInt8] = []
        for try await piece in stream {
            guard size + Int64(gathered.count) + Int64(piece.count) <= limit else {
                throw BedelError(
                    .tooLarge, "The upload is larger than \(ByteCount(limit)).",
                    next: "Leave out data sets and anything the model does not need to answer, then hand in again.",
                    arguments: ["limit": "\(ByteCount(limit))"])
            }
            gathered += piece
            if gathered.count >= 1 << 18 { try await flush() }
        }
        try await flush()
        return SpooledUpload(file: file, size: size)

        func flush() async throws {
            let bytes = gathered
            let offset = size
            gathered.removeAll(keepingCapacity: true)
            size += Int64(bytes.count)
            try await pool.runIfActive { try file.write(bytes, at: offset) }
        }
    }
}
