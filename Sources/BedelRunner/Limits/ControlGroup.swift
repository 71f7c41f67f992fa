internal import Glibc

/// The control group of one instance: one directory in the unified tree, one per controller otherwise.
struct ControlGroup: Sendable {
    let directories: [CgroupController: String]
    let unified: Bool

    var uniqueDirectories: Set<String> { Set(directories.values) }

    /// The files a process writes itself into before it becomes the sandbox.
    var entries: [String] { uniqueDirectories.sorted().map { "\($0)/cgroup.procs" } }

    /// Processes that were killed because memory was short (`memory.events`, or `memory.oom_control` in version 1).
    var outOfMemoryKills: Int {
        guard let directory = directories[.memory] else { return 0 }
        let file = unified ? "memory.events" : "memory.oom_control"
        return Self.value(of: "oom_kill", in: SmallFile.read("\(directory)/\(file)") ?? "")
    }

    /// Those inside, in the process numbers of the host.
    var processes: Set<Int32> {
        var found: Set<Int32> = []
        for entry in entries {
            found.formUnion((SmallFile.read(entry) ?? "").split(separator: "\n").compactMap { Int32($0) })
        }
        return found
    }

    func signalAll(_ signal: Int32, except spared: Int32? = nil) {
        for process in processes where process != spared && process > 1 { kill(process, signal) }
    }

    /// - Returns: false while a process is still in it.
    @discardableResult
    func remove() -> Bool {
        var gone = true
        for directory in uniqueDirectories where rmdir(directory) != 0 && errno != ENOENT { gone = false }
        return gone
    }

    /// The number behind a name in a file of lines `name number`.
    static func value(of name: String, in text: String) -> Int {
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: " ")
            if parts.count == 2, parts[0] == name { return Int(parts[1]) ?? 0 }
        }
        return 0
    }
}
