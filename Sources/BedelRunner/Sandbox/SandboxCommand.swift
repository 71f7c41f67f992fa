internal import BedelDomain

/// The words of one bubblewrap command. A pure function of what it is told, so that a test can read what a model may see.
///
/// As root, the mounts are made by root, and the model then becomes a user of its own without capabilities; otherwise a
/// user namespace does both, and the model keeps Bedel's own user id outside.
struct SandboxCommand {
    enum Network { case none, shared }

    enum User: Equatable {
        /// Become this user and group once the mounts are there; needs root.
        case own(UInt32)
        /// Stay who we are, in a user namespace.
        case same
        /// Stay root without capabilities; for our own build tools.
        case rootWithoutCapabilities
    }

    struct Mount: Equatable {
        var source: String
        var target: String
        var writable = false
    }

    var user: User
    var network: Network
    var mounts: [Mount]
    /// Bytes of `/tmp` and of `/dev/shm`.
    var scratch: Int64
    var variables: [(name: String, value: String)]
    var workingDirectory: String
    var command: [String]

    /// What bubblewrap reads from its argument file: everything that need not be seen in `/proc/1/cmdline` inside.
    var options: [String] {
        isolation + identity + system + mounts.flatMap(Self.bind) + scratchMounts
            + ["--clearenv"] + variables.flatMap { ["--setenv", $0.name, $0.value] }
            + ["--chdir", workingDirectory, "--remount-ro", "/", "--new-session", "--die-with-parent"]
    }

    /// The program, behind what makes it the user it should be.
    var program: [String] {
        guard case .own(let id) = user else { return command }
        return [
            "/usr/bin/setpriv", "--reuid=\(id)", "--regid=\(id)", "--clear-groups", "--bounding-set=-all",
            "--inh-caps=-all", "--ambient-caps=-all", "--no-new-privs", "--",
        ] + command
    }

    private var isolation: [String] {
        ["--unshare-ipc", "--unshare-pid", "--unshare-uts", "--unshare-cgroup-try", "--hostname", "model"]
            + (network == .none ? ["--unshare-net"] : [])
    }

    private var identity: [String] {
        switch user {
        case .own:
            ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID", "--cap-add", "CAP_SETPCAP"]
        case .same: ["--unshare-user", "--disable-userns", "--cap-drop", "ALL"]
        case .rootWithoutCapabilities: ["--cap-drop", "ALL"]
        }
    }

    /// `/usr`, and of `/etc` only what programs need to start: no accounts, no secrets, no host name.
    private var system: [String] {
        var options = ["--ro-bind", "/usr", "/usr"]
        for name in ["bin", "sbin", "lib", "lib64"] { options += ["--symlink", "usr/\(name)", "/\(name)"] }
        // A directory that bubblewrap makes on the way is its owner's alone.
        options += ["--perms", "0755", "--dir", "/etc"]
        for name in ["ld.so.cache", "alternatives", "localtime", "R"] {
            options += ["--ro-bind-try", "/etc/\(name)", "/etc/\(name)"]
        }
        if network == .shared {
            for name in ["resolv.conf", "hosts", "nsswitch.conf", "ssl", "ca-certificates", "pki"] {
                options += ["--ro-bind-try", "/etc/\(name)", "/etc/\(name)"]
            }
        }
        return options + ["--proc", "/proc", "--dev", "/dev"]
    }

    private var scratchMounts: [String] {
        let size = String(scratch)
        return ["--perms", "1777", "--size", size, "--tmpfs", "/tmp", "--perms", "1777", "--size", size]
            + ["--tmpfs", "/dev/shm", "--remount-ro", "/dev"]
    }

    private static func bind(_ mount: Mount) -> [String] {
        [mount.writable ? "--bind" : "--ro-bind", mount.source, mount.target]
    }
}
