import BedelDomain
import Glibc

/// A file for its owner only, from the moment it exists.
enum SecretFile {
    static func write(_ secret: String, to path: String) throws {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        guard file >= 0 else {
            throw BedelError(
                .unavailable, "The file \(path) cannot be written.", next: "Check the folder's permissions.")
        }
        defer { close(file) }
        let bytes = Array(secret.utf8)
        guard Glibc.write(file, bytes, bytes.count) == bytes.count else {
            throw BedelError(.unavailable, "The file \(path) cannot be written.", next: "Is the disk full?")
        }
    }
}
