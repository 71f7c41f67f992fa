internal import BedelDomain
internal import Glibc

/// What this machine offers the sandbox, found out once at the start.
struct SandboxMachine: Sendable {
    let settings: SandboxSettings
    let isRoot: Bool
    let groups: ControlGroups
    /// `bubblewrap 0.8.0`.
    let bubblewrapVersion: String
    let filter: SystemCallFilter?
    /// Full path of `uv`; empty when there is none, which only matters once a Python model comes.
    let uv: String

    /// - Throws: `unavailable` when bubblewrap is missing or not allowed to work here: then nothing may run at all.
    static func inspect(_ settings: SandboxSettings) async throws -> SandboxMachine {
        let name = "bedel-" + Digest(bytes: SHA256Text.digest(settings.directory)).short
        let found = await Disk.run {
            (ControlGroups.detect(name: name), find(settings.uv, settings.environment["PATH"]))
        }
        let machine = SandboxMachine(
            settings: settings, isRoot: geteuid() == 0, groups: found.0,
            bubblewrapVersion: try await version(of: settings.bubblewrap),
            filter: SystemCallFilter.Architecture.current.map(SystemCallFilter.init), uv: found.1)
        try await machine.prepareDirectories()
        try await machine.tryOut()
        return machine
    }

    var capabilities: RunnerCapabilities {
        var missing: [RunnerCapabilities.Limit: String] = [:]
        missing[.memory] = groups.missing[.memory]
        missing[.cpu] = groups.missing[.cpu]
        missing[.processes] = groups.missing[.pids]
        if !isRoot {
            missing[.ownUser] = "Bedel does not run as root, so models keep its own user id outside the sandbox"
        }
        if filter == nil { missing[.systemCalls] = "there is no system-call filter for this processor" }
        return RunnerCapabilities(
            description: "\(bubblewrapVersion), \(groups.description)",
            enforced: RunnerCapabilities.Limit.allCases.filter { missing[$0] == nil }, missing: missing)
    }

    /// The files that the launcher reads: bubblewrap's arguments, and the filter.
    func arguments(_ sandbox: SandboxCommand) -> [UInt8] {
        sandbox.options.flatMap { Array($0.utf8) + [0] }
    }

    /// The launcher's own words for one sandbox whose argument file lies at `file`.
    func launch(_ sandbox: SandboxCommand, file: String, entries: [String], openFiles: Int, fileSize: Int64) -> [String]
    {
        [
            "\(settings.runtimes)/launch.sh", String(openFiles), String(max(1, fileSize >> 10)), file,
            filter == nil ? "none" : filterFile,
        ] + entries + ["--", settings.bubblewrap] + sandbox.program
    }

    /// A sandbox for our own build tools.
    func buildCommand(_ sandbox: SandboxCommand, name: String) async throws -> Command {
        guard !uv.isEmpty else {
            throw BedelError(
                .unavailable, "Python packages cannot be installed on this server now.",
                next: "Tell whoever runs it that “uv” is missing.", detail: "no uv at \(settings.uv)")
        }
        let file = "\(settings.environments)/\(name)/sandbox.arguments"
        let bytes = arguments(sandbox)
        guard await Disk.run({ SmallFile.create(file, bytes, mode: 0o600) }) else {
            throw BedelError.internalFailure("cannot write \(file)")
        }
        let words = launch(sandbox, file: file, entries: [], openFiles: 4096, fileSize: settings.buildLimits.size)
        return Command(path: "/bin/sh", arguments: words, environment: [:])
    }

    private var filterFile: String { "\(settings.directory)/system-calls.bpf" }

    private func prepareDirectories() async throws {
        let filter = filter?.bytes
        let done = await Disk.run {
            for path in [settings.directory, settings.environments, settings.instances] {
                guard mkdir(path, 0o700) == 0 || errno == EEXIST else { return false }
            }
            // Models must not be able to look at each other, nor other users of the machine at either.
            guard chmod(settings.directory, 0o700) == 0 else { return false }
            groups.sweep()
            for name in SmallFile.names(in: settings.instances) { FileTree.remove("\(settings.instances)/\(name)") }
            for name in SmallFile.names(in: settings.environments) where name.hasPrefix("building-") {
                FileTree.remove("\(settings.environments)/\(name)")
            }
            return filter.map { SmallFile.create(filterFile, $0, mode: 0o600) } ?? true
        }
        guard done else { throw Self.unusable("cannot write in \(settings.directory)") }
    }

    /// Runs `true` in a sandbox: what fails now would fail for every model.
    private func tryOut() async throws {
        let user: SandboxCommand.User = isRoot ? .own(settings.users.lowerBound) : .same
        let sandbox = SandboxCommand(
            user: user, network: .none, mounts: [], scratch: 1 << 20, variables: [], workingDirectory: "/",
            command: ["/usr/bin/true"])
        let file = "\(settings.directory)/try-out.arguments"
        let bytes = arguments(sandbox)
        _ = await Disk.run { SmallFile.create(file, bytes, mode: 0o600) }
        let words = launch(sandbox, file: file, entries: [], openFiles: 64, fileSize: 1 << 20)
        let said = LastLines()
        let command = Command(path: "/bin/sh", arguments: words, environment: [:])
        let status = try await within(.seconds(20)) { try await command.run { said.append($0) } }
        guard status == .exited(0) else { throw Self.unusable(said.lines.joined(separator: "\n")) }
    }

    private static func version(of bubblewrap: String) async throws -> String {
        let said = LastLines()
        let command = Command(path: bubblewrap, arguments: ["--version"], environment: [:])
        do { _ = try await command.run { said.append($0) } } catch { throw unusable("\(bubblewrap): \(error)") }
        return said.lines.first ?? "bubblewrap"
    }

    private static func find(_ program: String, _ path: String?) -> String {
        if program.contains("/") { return access(program, X_OK) == 0 ? program : "" }
        let candidates = (path ?? "/usr/local/bin:/usr/bin").split(separator: ":").map { "\($0)/\(program)" }
        return candidates.first { access($0, X_OK) == 0 } ?? ""
    }

    private static func unusable(_ detail: String) -> BedelError {
        BedelError(
            .unavailable, "Models cannot be run on this machine: the sandbox does not work.",
            next: "Install bubblewrap, and allow it to make namespaces.", detail: detail)
    }
}
