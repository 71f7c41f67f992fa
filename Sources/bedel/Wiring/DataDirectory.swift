import BedelDomain
import Glibc

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Everything kept outside the database, for one process at a time; gateways beside it come as guests.
struct DataDirectory: Sendable {
    let path: String
    private let guest: String?

    var blobs: String { path + "/blobs" }
    var bundles: String { path + "/bundles" }
    var git: String { path + "/git" }
    var keys: String { Self.keys(in: path) }
    var sandbox: String { path + "/sandbox" }
    var scratch: String { path + "/scratch" }
    var maintenance: String { Self.maintenance(in: path) }
    /// Of one process: a guest has its own.
    var spool: String { path + "/spool" + (guest.map { "-" + $0 } ?? "") }
    var checkpoints: String { Self.checkpoints(in: path) }
    var instanceBoard: String { path + "/run/instances.json" }
    var consoleSocket: String { path + "/run/console.sock" }
    var hookSocket: String { path + "/run/hook.sock" }

    static func maintenance(in path: String) -> String { path + "/maintenance" }
    static func keys(in path: String) -> String { path + "/keys" }
    static func checkpoints(in path: String) -> String { path + "/audit-checkpoints" }

    /// The longest path a Unix socket may have (`sun_path`, unix(7)), less what we put behind it.
    private static let longest = 107 - "/sandbox/instances/01234567890123456789012345/socket/model.sock".utf8.count

    /// - Parameter guest: a name by which this process uses what another one made; nil for that other one.
    init(path: String, guest: String? = nil) throws {
        guard path.utf8.count <= Self.longest else {
            throw BedelError(
                .invalidRequest, "The data folder's path is too long for the sockets in it: \(path)",
                next: "Choose one of at most \(Self.longest) bytes.")
        }
        self.path = path
        self.guest = guest.map { String($0.map { $0.isLetter || $0.isNumber ? $0 : "-" }) }
        guard guest == nil else {
            try findHost()
            try Folder.create(spool, mode: 0o700)
            return
        }
        for folder in [path, blobs, bundles, git, keys, sandbox, scratch, maintenance, spool, path + "/run"] {
            try Folder.create(folder, mode: [keys, spool, path + "/run"].contains(folder) ? 0o700 : 0o711)
        }
        try lock()
    }

    private func findHost() throws {
        guard access(keys, R_OK | X_OK) == 0, access(path + "/run", R_OK | X_OK) == 0 else {
            throw BedelError(
                .unavailable, "\(path) is not the data folder of a Bedel that this account may use.",
                next: "Start the one this gateway belongs to first, under the same account and with the same folder.")
        }
    }

    /// Held until the process ends, however it ends: two Bedels would end each other's models.
    private func lock() throws {
        let file = open(path + "/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0, flock(file, LOCK_EX | LOCK_NB) == 0 else {
            throw BedelError(
                .conflict, "Another Bedel is using \(path).",
                next: "Stop it first, or give this one a folder of its own.")
        }
    }
}
