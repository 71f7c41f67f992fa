import BedelDomain
import Glibc

/// The user that servers which refuse to run as root are started as.
struct UnprivilegedUser: Sendable {
    let name: String
    let uid: uid_t
    let gid: gid_t

    /// Nil when we are not root: then everything runs as whoever we are.
    static func ifRoot() throws -> UnprivilegedUser? {
        guard getuid() == 0 else { return nil }
        for name in ["postgres", "nobody"] {
            if let entry = getpwnam(name) {
                return UnprivilegedUser(name: name, uid: entry.pointee.pw_uid, gid: entry.pointee.pw_gid)
            }
        }
        throw BedelError(
            .unavailable, "PostgreSQL does not run as root, and there is neither a user “postgres” nor “nobody” here.",
            next: "Install Debian's postgresql-15 package, or start the demo as an ordinary user.")
    }
}
