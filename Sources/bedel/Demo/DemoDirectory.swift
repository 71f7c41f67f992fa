import BedelDomain
import Glibc

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Where one demo keeps everything: the database, the provider, the blobs, the keys. Deleting it is starting anew.
struct DemoDirectory: Sendable {
    let path: String

    init(path: String) throws {
        let absolute = path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
        self.path = absolute
        try Folder.create(absolute, mode: 0o711)
        for part in [data, canaille, logs] { try Folder.create(part, mode: 0o711) }
        try claimPostgres()
    }

    /// Held until the process ends, however it ends: a second demo would end the first one's database.
    func claim() throws {
        let file = open(path + "/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0, flock(file, LOCK_EX | LOCK_NB) == 0 else {
            throw BedelError(
                .conflict, "A demo runs in \(path) already.",
                next: "Use that one or stop it, or give this one a folder of its own with --state.")
        }
    }

    var data: String { path + "/data" }
    var canaille: String { path + "/canaille" }
    var logs: String { path + "/logs" }
    var examples: String { path + "/examples" }
    var summary: String { path + "/demo.json" }
    var clientSecret: String { path + "/client-secret" }
    /// Says that seeding reached its end.
    var seeded: String { path + "/seeded" }

    /// PostgreSQL's own place. Its server runs as another user when we are root, who must be able to walk there; under a
    /// closed home such as `/root` it stands in `/var/lib` instead.
    var postgres: String {
        guard getuid() == 0, !Self.everybodyCanReach(path) else { return path + "/postgres" }
        return "/var/lib/bedel-demo-" + Self.fingerprint(path)
    }

    /// A link leads to a place elsewhere. Without link and seeds this folder is new, and what stands there was left by one
    /// of the same name that was deleted.
    private func claimPostgres() throws {
        let (place, link, files) = (postgres, path + "/postgres", FileManager.default)
        guard place != link, (try? files.destinationOfSymbolicLink(atPath: link)) != place else { return }
        if files.fileExists(atPath: place), !files.fileExists(atPath: seeded) { try files.removeItem(atPath: place) }
        try files.createSymbolicLink(atPath: link, withDestinationPath: place)
    }

    private static func everybodyCanReach(_ path: String) -> Bool {
        var folder = path
        while folder.count > 1 {
            let attributes = try? FileManager.default.attributesOfItem(atPath: folder)
            let mode = attributes?[.posixPermissions].flatMap { $0 as? any BinaryInteger }.map { Int($0) } ?? 0
            guard mode & 0o001 != 0 else { return false }
            folder = String(folder[..<(folder.lastIndex(of: "/") ?? folder.startIndex)])
        }
        return true
    }

    /// Only has to tell two folders of one machine apart (FNV-1a).
    private static func fingerprint(_ text: String) -> String {
        let hash = text.utf8.reduce(into: UInt64(0xcbf2_9ce4_8422_2325)) { hash, byte in
            hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
        }
        return String(hash, radix: 36)
    }
}
