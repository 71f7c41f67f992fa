import BedelDomain
import BedelStore
import Foundation
import Logging
import Subprocess
import SystemPackage
import Testing

/// A PostgreSQL server of one test's own, on a Unix socket in a temporary directory, with our schema in it.
enum ScratchPostgres {
    /// - Parameter body: is given what opens the database once more, as another process would.
    static func run(_ body: @escaping @Sendable (@escaping @Sendable () -> PostgresDatabase) async throws -> Void)
        async throws
    {
        // PostgreSQL refuses root.
        let asPostgres = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        _ = try await Subprocess.run(
            .path("/usr/bin/env"), arguments: Arguments((getuid() == 0 ? asPostgres : []) + ["sh", "-c", program]),
            input: .none, output: .sequence, error: .discarded
        ) { execution in
            let outcome: Swift.Result<Void, any Error>
            do {
                var directory = ""
                for try await line in execution.standardOutput.strings() {
                    directory = line.trimmingCharacters(in: .whitespacesAndNewlines)
                    break
                }
                try #require(directory.hasPrefix("/"), "PostgreSQL 15 did not start: is it installed?")
                outcome = .success(try await body(opener(directory)))
            } catch { outcome = .failure(error) }
            try execution.send(signal: .terminate)
            try outcome.get()
        }
    }

    private static func opener(_ directory: String) -> @Sendable () -> PostgresDatabase {
        var logger = Logger(label: "test")
        logger.logLevel = .error
        let quiet = logger
        return {
            PostgresDatabase(
                configuration: PostgresDatabase.Configuration(
                    url: "postgresql://bedel@/postgres?host=\(directory)",
                    migrationsDirectory: Vectors.package + "/migrations"),
                logger: quiet)
        }
    }

    /// Ends, and takes the server and its directory along, when it is told to.
    private static let program = """
        set -eu
        bin=/usr/lib/postgresql/15/bin
        cd /tmp
        dir=$(mktemp -d /tmp/bedel-scratch.XXXXXX)
        trap 'kill $! || true; $bin/pg_ctl -D $dir/data -m immediate stop >/dev/null 2>&1; rm -rf $dir' EXIT
        trap 'exit 0' TERM INT HUP
        $bin/initdb -D $dir/data -A trust -U bedel -E UTF8 --locale=C.UTF-8 --no-sync >/dev/null
        $bin/pg_ctl -D $dir/data -w -l $dir/log -o "-k $dir -c listen_addresses='' -c fsync=off" start >/dev/null
        echo $dir
        sleep 300 >/dev/null & wait $!
        """
}
