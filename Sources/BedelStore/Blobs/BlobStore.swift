package import BedelDomain
internal import NIOPosix
internal import OpenSSL

/// Blobs as files in a directory: `ab/cd/abcd…`, the SHA-256 of what is in them.
///
/// Written under another name in `incoming/`, synced, then renamed, and the directories synced as well: a file with a
/// digest for its name is whole, whatever happened. Two who put the same bytes at once rename the same content over each
/// other.
package struct FileBlobStore: BlobStore {
    private let directory: String
    /// Files block; this is a pool of threads for that.
    private let threads = NIOThreadPool.singleton

    /// - Parameter directory: made when the first blob comes; readable only for this process's user.
    package init(directory: String) { self.directory = directory }

    package func put(_ bytes: ByteStream, limit: Int64) async throws -> (digest: Digest, size: Int64) {
        let directory = directory
        let writer = try await onThread { try BlobWriter(directory: directory) }
        do {
            for try await piece in bytes {
                try await onThread { try writer.write(piece, limit: limit) }
            }
            try Task.checkCancellation()
            return try await onThread { try writer.commit() }
        } catch {
            await discard(writer)
            throw error
        }
    }

    package func read(_ digest: Digest) async throws -> [UInt8] {
        let path = BlobPath.file(of: digest, in: directory)
        let bytes = try await onThread { try FileSystem.read(path) ?? { throw Self.notFound(digest) }() }
        guard Digest(bytes: SHA256.digest(of: bytes)) == digest else {
            throw BedelError.internalFailure("the file of blob \(digest) does not hold what its name says")
        }
        return bytes
    }

    package func path(of digest: Digest) async throws -> String {
        let path = BlobPath.file(of: digest, in: directory)
        guard try await onThread({ FileSystem.exists(path) }) else { throw Self.notFound(digest) }
        return path
    }

    /// Removes what writers that died have left behind: everything in `incoming/` nobody has written to for a day. Called
    /// now and then, for example at the start.
    package func sweep(at time: Timestamp) async throws {
        let incoming = BlobPath.incoming(in: directory)
        try await onThread { try FileSystem.removeFiles(in: incoming, untouchedSince: time - .seconds(86_400)) }
    }

    private func discard(_ writer: BlobWriter) async {
        // Also when the task is cancelled: the pool's own `runIfActive` would not run it then.
        await withCheckedContinuation { continuation in
            threads.submit { _ in
                writer.discard()
                continuation.resume()
            }
        }
    }

    private func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await threads.runIfActive(body)
    }

    private static func notFound(_ digest: Digest) -> BedelError {
        BedelError(.notFound, "There is no blob \(digest.short).", next: "Hand the bytes in again.")
    }
}

/// Where things are in the directory.
enum BlobPath {
    static func incoming(in directory: String) -> String { "\(directory)/incoming" }

    static func folders(of digest: Digest, in directory: String) -> [String] {
        let first = digest.hex.prefix(2)
        return ["\(directory)/\(first)", "\(directory)/\(first)/\(digest.hex.dropFirst(2).prefix(2))"]
    }

    static func file(of digest: Digest, in directory: String) -> String {
        folders(of: digest, in: directory)[1] + "/" + digest.hex
    }
}
