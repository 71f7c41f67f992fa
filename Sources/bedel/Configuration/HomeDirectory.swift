import BedelDomain

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Where Bedel's own read-only files are: `policies/`, `migrations/`, `web/`, `deploy/`.
struct HomeDirectory: Sendable {
    let path: String

    /// `BEDEL_HOME`, or the nearest folder above the program (or the current one) that holds them.
    static func find(environment: [String: String]) throws -> HomeDirectory {
        if let path = environment["BEDEL_HOME"] { return HomeDirectory(path: path) }
        let files = FileManager.default
        for start in [executable, files.currentDirectoryPath] {
            var folder = start
            while folder.count > 1 {
                if files.fileExists(atPath: folder + "/migrations"), files.fileExists(atPath: folder + "/policies") {
                    return HomeDirectory(path: folder)
                }
                folder = String(folder[..<(folder.lastIndex(of: "/") ?? folder.startIndex)])
            }
        }
        throw BedelError(
            .unavailable, "Bedel does not find its own files (policies, migrations, web).",
            next: "Set BEDEL_HOME to the folder that holds them.")
    }

    /// The running program itself.
    static var executable: String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    }

    var migrations: String { path + "/migrations" }
    var policies: String { path + "/policies" }
    var web: String { path + "/web" }
    var deploy: String { path + "/deploy" }
    var services: String { deploy + "/services" }
    var examples: String { path + "/examples" }
    var tools: String { path + "/.tools" }

    /// uv as `scripts/install` puts it here, else the one on the PATH.
    var uv: String {
        let own = tools + "/venv/bin/uv"
        return FileManager.default.isExecutableFile(atPath: own) ? own : "uv"
    }
}
