internal import BedelDomain

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// The signatures of all checkpoints outside the database, a line each: whoever cuts records off there does not reach them
/// here. Better still, let the log collector or the backup carry them off the machine.
package struct CheckpointFile: Sendable {
    package let path: String

    package init(path: String) { self.path = path }

    /// Empty when there is no file yet.
    package func signatures() throws -> [String] {
        let bytes = try FileSystem.read(path) ?? []
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// Safe when this returns. Blocks.
    package func append(_ signature: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileSystem.failure("open", path) }
        defer { close(descriptor) }
        let line = Array((signature + "\n").utf8)
        let written = line.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        guard written == line.count, fsync(descriptor) == 0 else { throw FileSystem.failure("write", path) }
    }
}
