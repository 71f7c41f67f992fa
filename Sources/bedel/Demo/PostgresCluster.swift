import BedelDomain
import Glibc

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A private PostgreSQL, reachable through a Unix socket that only its owner may open; never the system's own.
struct PostgresCluster: Sendable {
    let directory: String
    let user: UnprivilegedUser?
    let binaries: String
    private static let database = "bedel"

    init(directory: String) throws {
        self.directory = directory
        user = try UnprivilegedUser.ifRoot()
        binaries = try Self.findBinaries()
    }

    private var data: String { directory + "/data" }
    private var sockets: String { directory + "/socket" }

    var url: String { "postgresql:///\(Self.database)?host=\(percentEncoded(sockets))&user=\(Self.database)" }

    /// Creates the cluster the first time, and ends a server that an earlier, killed demo left behind.
    func prepare() async throws {
        try Folder.create(directory, mode: 0o711)
        for folder in [data, sockets] {
            try Folder.create(folder, mode: 0o700)
            if let user { chown(folder, user.uid, user.gid) }
        }
        if FileManager.default.fileExists(atPath: data + "/PG_VERSION") {
            if FileManager.default.fileExists(atPath: data + "/postmaster.pid") {
                _ = try? await tool("pg_ctl", ["stop", "--mode=fast", "--wait", "--pgdata", data]).run()
            }
            return
        }
        try await tool(
            "initdb",
            [
                "--pgdata", data, "--username", Self.database, "--auth", "trust", "--encoding", "UTF8", "--locale",
                "C.UTF-8",
            ]
        ).run()
    }

    /// The server itself: no TCP, and small, since it shares the machine with the models.
    var server: Program {
        tool(
            "postgres",
            [
                "-D", data, "-k", sockets, "-c", "listen_addresses=", "-c", "unix_socket_permissions=0700",
                "-c", "max_connections=60", "-c", "shared_buffers=64MB", "-c", "log_min_duration_statement=500ms",
            ])
    }

    /// Waits until it answers, then makes the database if there is none.
    func waitUntilReady() async throws {
        try await Waiting.until("PostgreSQL answers", limit: .seconds(60), every: .milliseconds(100)) {
            (try? await tool("pg_isready", ["--host", sockets, "--username", Self.database, "--dbname", "postgres"])
                .run())
                != nil
        }
        let connection = ["--host", sockets, "--username", Self.database]
        let present = try await tool(
            "psql",
            connection + [
                "--dbname", "postgres", "--tuples-only", "--no-align", "--command",
                "select 1 from pg_database where datname = 'bedel'",
            ]
        ).run()
        if present.isEmpty { try await tool("createdb", connection + [Self.database]).run() }
    }

    private func tool(_ name: String, _ arguments: [String]) -> Program {
        Program(
            path: "\(binaries)/\(name)", arguments: arguments,
            environment: ["LC_ALL": "C.UTF-8", "PGPASSFILE": "/dev/null"],
            directory: "/", user: user)
    }

    /// Debian keeps each major version in a folder of its own; the newest that we know wins.
    private static func findBinaries() throws -> String {
        for version in ["17", "16", "15"] {
            let folder = "/usr/lib/postgresql/\(version)/bin"
            if FileManager.default.isExecutableFile(atPath: folder + "/initdb") { return folder }
        }
        throw BedelError(
            .unavailable, "PostgreSQL's server programs are not installed.",
            next: "Run scripts/install, or set BEDEL_DATABASE_URL to a database of yours.")
    }

    private func percentEncoded(_ path: String) -> String {
        path.utf8.map { byte in
            let plain = (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 45
            return plain ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }
}
