import Glibc
import NIOCore

/// The processors that this process may run on.
enum Processors {
    /// One event loop for each of them. The library counts those of the machine, or of the control group; two event loops on
    /// the one processor that is left by `CPUAffinity` in systemd, or taskset, take turns of milliseconds there, and everybody
    /// who comes waits for both. `NIO_SINGLETON_GROUP_LOOP_COUNT` says something else where it is set.
    /// - Precondition: no event loop runs yet.
    static func useThoseAllowed() {
        guard getenv("NIO_SINGLETON_GROUP_LOOP_COUNT") == nil, let allowed = allowed(of: "/proc/self/status"),
            allowed < System.coreCount
        else { return }
        NIOSingletons.groupLoopCountSuggestion = allowed
    }

    private static func allowed(of path: String) -> Int? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 16 * 1024)
        let count = fread(&bytes, 1, bytes.count, file)
        return allowed(in: String(decoding: bytes.prefix(count), as: UTF8.self))
    }

    /// - Parameter status: as in proc_pid_status(5).
    /// - Returns: how many there are; nil when it does not say.
    static func allowed(in status: String) -> Int? {
        let key = "Cpus_allowed_list:"
        guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix(key) }) else { return nil }
        var count = 0
        for range in line.dropFirst(key.count).split(whereSeparator: { $0 == "," || $0 == "\t" || $0 == " " }) {
            let ends = range.split(separator: "-").map { Int($0) }
            guard let first = ends.first ?? nil, let last = ends.last ?? nil, first <= last else { return nil }
            count += last - first + 1
        }
        return count > 0 ? count : nil
    }
}
