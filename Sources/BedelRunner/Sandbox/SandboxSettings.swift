/// Where things are and how much they may use. Everything an operator can change about the sandbox.
package struct SandboxSettings: Sendable {
    /// Holds `instances/` and `environments/`; readable by nobody else.
    package var directory: String
    /// The folder `deploy/runtimes`, with `python/`, `r/` and `launch.sh`.
    package var runtimes: String
    /// The operator's own environment, from which package-index settings and proxies are taken.
    package var environment: [String: String]

    package var bubblewrap = "/usr/bin/bwrap"
    package var uv = "uv"
    /// Must lie under `/usr`, which is what the sandbox sees of the system.
    package var python = "/usr/bin/python3"
    package var rscript = "/usr/bin/Rscript"

    /// Each instance gets a user id of its own from here on; only when Bedel itself runs as root.
    package var users: Range<UInt32> = 52_000..<56_000
    package var buildLimits = BuildLimits()
    /// Bytes of an answer; a larger one is the model's fault.
    package var answerLimit = 16 << 20
    /// Bytes kept of what an instance prints.
    package var outputLimit = 256 << 10
    /// How long an instance may take to end by itself when asked.
    package var grace: Duration = .seconds(2)

    package init(directory: String, runtimes: String, environment: [String: String]) {
        self.directory = directory
        self.runtimes = runtimes
        self.environment = environment
    }

    var instances: String { "\(directory)/instances" }
    var environments: String { "\(directory)/environments" }
}

/// What building one environment may use.
package struct BuildLimits: Sendable {
    package var time: Duration = .seconds(600)
    /// Bytes on disk.
    package var size: Int64 = 4 << 30
    /// How often the size is looked at while it grows.
    package var sizeInterval: Duration = .seconds(1)

    package init() {}
}
