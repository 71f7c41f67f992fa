internal import BedelDomain

/// Where git's things are.
package struct GitSettings: Sendable {
    /// The directory of the repositories, `<profile>/<model>.git` below it. Exists, and nobody else writes to it.
    package var root: String
    /// The directory that holds `pre-receive` (`deploy/git`), executable. The same for every repository.
    package var hooks: String
    /// The program the hook runs as `<program> hook pre-receive`: Bedel itself.
    package var executable: String
    /// Where ``HookListener`` listens: an absolute path of at most 100 bytes in a directory only Bedel may enter.
    package var socket: String
    /// Bytes of one push, packed.
    package var uploadBytes: Int64
    /// How long one request may take.
    package var timeLimit: Duration
    /// What `PATH` says for git and the hook.
    package var path: String

    package init(
        root: String, hooks: String, executable: String, socket: String, uploadBytes: Int64 = 256 << 20,
        timeLimit: Duration = .seconds(600), path: String = "/usr/local/bin:/usr/bin:/bin"
    ) {
        self.root = root
        self.hooks = hooks
        self.executable = executable
        self.socket = socket
        self.uploadBytes = uploadBytes
        self.timeLimit = timeLimit
        self.path = path
    }

    func repository(_ profile: Label, _ model: Label) -> String { "\(root)/\(profile)/\(model).git" }

    /// The whole environment of every git process: nothing of Bedel's own gets in, no configuration of this machine
    /// counts, and hooks come from one directory outside of all repositories.
    var environment: [String: String] {
        let configuration = [
            ("core.hooksPath", hooks), ("safe.directory", "*"), ("http.receivepack", "true"),
            ("http.uploadpack", "true"), ("core.symlinks", "false"), ("protocol.allow", "never"),
        ]
        var environment = [
            "PATH": path, "LC_ALL": "C.UTF-8", "HOME": "/nonexistent", "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1",
            "GIT_CONFIG_COUNT": String(configuration.count),
        ]
        for (index, (key, value)) in configuration.enumerated() {
            environment["GIT_CONFIG_KEY_\(index)"] = key
            environment["GIT_CONFIG_VALUE_\(index)"] = value
        }
        return environment
    }
}
