internal import BedelDomain
internal import Glibc
internal import OpenSSL

/// Python environments, each a directory named after what is in it, built by `uv` inside a sandbox with network. Only
/// ready-built wheels are taken, so nothing that a student chose runs while it builds.
struct PythonEnvironments: Sendable {
    let settings: SandboxSettings
    let machine: SandboxMachine
    /// `3.11.2 x86_64`: an environment for another Python is another environment.
    let interpreter: String

    func digest(of requirements: Requirements) -> Digest {
        let text = "bedel python environment 1\n\(interpreter)\n" + requirements.lines.joined(separator: "\n")
        return Digest(bytes: SHA256.digest(of: Array(text.utf8)))
    }

    func directory(of digest: Digest) -> String { "\(settings.environments)/\(digest)" }

    func exists(_ digest: Digest) async -> Bool {
        let path = directory(of: digest)
        return await Disk.run { SmallFile.isDirectory(path) }
    }

    /// Builds under another name and gives it the right one at the end, so that an environment is whole or not there.
    /// - Throws: `invalidRequirements` or `unavailable`.
    func build(_ requirements: Requirements, as digest: Digest, log: @escaping @Sendable (String) -> Void) async throws
    {
        let name = "building-\(digest.short)-\(Digest(bytes: SecureRandom.bytes(32)).short)"
        let path = "\(settings.environments)/\(name)"
        do {
            try await prepare(path, requirements)
            try await install(name, log: log)
            try await finish(path, as: digest)
        } catch {
            await Disk.run { FileTree.remove(path) }
            throw error
        }
    }

    private func prepare(_ path: String, _ requirements: Requirements) async throws {
        let text = requirements.lines.map { $0 + "\n" }.joined()
        let made = await Disk.run {
            mkdir(path, 0o755) == 0
                && SmallFile.create("\(path)/requirements.txt", Array(text.utf8), mode: 0o644)
        }
        guard made else { throw Self.unavailable("cannot make \(path)") }
    }

    private func install(_ name: String, log: @escaping @Sendable (String) -> Void) async throws {
        let tail = LastLines()
        let command = try await machine.buildCommand(sandbox(name), name: name)
        let limits = settings.buildLimits
        let path = "\(settings.environments)/\(name)"
        let outcome = try await withThrowingTaskGroup(of: Outcome.self) { group in
            group.addTask {
                let status = try await command.run { line in
                    tail.append(line)
                    log(BuildReport.clean(line))
                }
                return .ended(status)
            }
            group.addTask { try await Self.watch(path, limits) }
            defer { group.cancelAll() }
            return try await group.next() ?? .timedOut
        }
        switch outcome {
        case .ended(.exited(0)): return
        case .ended: throw BuildReport.failure(tail.lines)
        case .timedOut: throw Self.tooMuch("took longer than \(limits.time.components.seconds) seconds")
        case .tooLarge: throw Self.tooMuch("grew larger than \(limits.size >> 20) MiB")
        }
    }

    private enum Outcome: Sendable { case ended(Lifecycle.Exit.Status), timedOut, tooLarge }

    /// Returns when the build has used up its time or its space.
    private static func watch(_ path: String, _ limits: BuildLimits) async throws -> Outcome {
        let end = ContinuousClock.now + limits.time
        while ContinuousClock.now < end {
            try await Task.sleep(for: limits.sizeInterval)
            if await Disk.run({ FileTree.size(path) }) > limits.size { return .tooLarge }
        }
        return .timedOut
    }

    private func finish(_ path: String, as digest: Digest) async throws {
        let target = directory(of: digest)
        let done = await Disk.run {
            FileTree.openForReading(path)
            if rename(path, target) == 0 { return true }
            // Another process was faster; its environment is as good as ours.
            FileTree.remove(path)
            return SmallFile.isDirectory(target)
        }
        guard done else { throw Self.unavailable("cannot rename \(path)") }
    }

    private func sandbox(_ name: String) -> SandboxCommand {
        let index = IndexSettings(settings.environment)
        var variables = index.variables.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
        variables += [
            ("HOME", "/tmp"), ("PATH", "/usr/bin:/bin"), ("LANG", "C.UTF-8"), ("NO_COLOR", "1"),
            ("UV_CACHE_DIR", "/environments/cache"), ("UV_NO_PROGRESS", "1"), ("UV_PYTHON_DOWNLOADS", "never"),
        ]
        let script = """
            set -e
            /uv venv --quiet --no-project --relocatable --python "$1" "$2/venv"
            exec /uv pip install --no-build --python "$2/venv/bin/python" --requirement "$2/requirements.txt"
            """
        return SandboxCommand(
            user: machine.isRoot ? .rootWithoutCapabilities : .same, network: .shared,
            mounts: [
                .init(source: machine.uv, target: "/uv"),
                .init(source: settings.environments, target: "/environments", writable: true),
            ] + index.paths.filter(SmallFile.exists).map { .init(source: $0, target: $0) },
            scratch: 1 << 30, variables: variables, workingDirectory: "/tmp",
            command: ["/bin/sh", "-c", script, "build", settings.python, "/environments/\(name)"])
    }

    private static func tooMuch(_ what: String) -> BedelError {
        BedelError(
            .invalidRequirements, "Installing the packages \(what).",
            next: "Ask for fewer or smaller packages.")
    }

    private static func unavailable(_ detail: String) -> BedelError {
        BedelError(
            .unavailable, "The packages cannot be installed now.", next: "It will be tried again.", detail: detail)
    }
}
