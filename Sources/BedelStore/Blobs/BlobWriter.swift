internal import BedelDomain
internal import OpenSSL
internal import Synchronization

/// One blob on its way to the disk. Its calls block; they come one after the other.
final class BlobWriter: Sendable {
    private struct State: ~Copyable {
        let file: NewFile
        var hash = SHA256()
        var size: Int64 = 0

        mutating func write(_ bytes: [UInt8], limit: Int64) throws {
            guard size + Int64(bytes.count) <= limit else {
                throw BedelError(
                    .tooLarge, "This is larger than the \(limit) bytes that are allowed.", next: "Send less.",
                    arguments: ["limit": String(limit)])
            }
            try file.write(bytes)
            hash.update(bytes)
            size += Int64(bytes.count)
        }

        consuming func finish() -> (file: NewFile, digest: Digest, size: Int64) {
            let (file, size) = (file, size)
            return (file, Digest(bytes: hash.finish()), size)
        }
    }

    private let directory: String
    /// Nil when it is committed or discarded.
    private let state: Mutex<State?>

    init(directory: String) throws {
        let incoming = BlobPath.incoming(in: directory)
        try FileSystem.makeDirectory(directory)
        try FileSystem.makeDirectory(incoming)
        let name = Digest(bytes: SecureRandom.bytes(32)).hex
        self.directory = directory
        state = Mutex(State(file: try NewFile(path: "\(incoming)/\(name)")))
    }

    /// - Throws: `tooLarge` when there are more bytes than `limit`.
    func write(_ bytes: [UInt8], limit: Int64) throws {
        try state.withLock { try $0?.write(bytes, limit: limit) }
    }

    /// Gives the file its name for good. When this returns, the bytes survive a power cut.
    func commit() throws -> (digest: Digest, size: Int64) {
        let (file, digest, size) = try state.withLock { state in
            guard let done = state.take() else { throw BedelError.internalFailure("a blob was committed twice") }
            return done.finish()
        }
        do {
            try place(file, digest)
        } catch {
            file.discard()
            throw error
        }
        return (digest, size)
    }

    func discard() {
        state.withLock { state in
            guard let open = state.take() else { return }
            open.file.discard()
        }
    }

    private func place(_ file: NewFile, _ digest: Digest) throws {
        try file.sync()
        let folders = BlobPath.folders(of: digest, in: directory)
        for folder in folders { try FileSystem.makeDirectory(folder) }
        try file.rename(to: BlobPath.file(of: digest, in: directory))
        try FileSystem.syncDirectory(folders[1])
    }
}
