import BedelDomain
import Foundation
import Logging

@testable import BedelStore

/// A PostgreSQL cluster of this test run's own: in a temporary directory, on a Unix socket only, as an unprivileged user.
///
/// A small shell program keeps it and waits for the end of its input, which comes when this process ends, however it ends;
/// then it stops the server and removes the directory.
final class PrivatePostgres: Sendable {
    private let directory: String
    /// Held open for as long as the cluster is wanted.
    private let leash: FileHandle
    private let turnstile = Turnstile(places: 6)

    /// Started when the first test wants it, shared by all, gone when the process ends.
    static func shared() async throws -> PrivatePostgres { try await started.value }

    private static let started = Task { try await PrivatePostgres() }

    /// `body` with a migrated database that nobody else uses.
    func withDatabase(
        connections: Int = 3, patience: Duration = .seconds(10), statementTimeout: Duration = .seconds(30),
        _ body: (PostgresDatabase) async throws -> Void
    ) async throws {
        try await withEmptyDatabase(template: Self.template) { url in
            let configuration = PostgresDatabase.Configuration(
                url: url, connections: connections, migrationsDirectory: Self.migrations, patience: patience,
                statementTimeout: statementTimeout)
            let database = PostgresDatabase(configuration: configuration, logger: .quiet)
            try await database.start()
            let outcome: Result<Void, any Error>
            do { outcome = .success(try await body(database)) } catch { outcome = .failure(error) }
            await database.shutdown()
            try outcome.get()
        }
    }

    /// `body` with the address of a database that has nothing in it, or a copy of the template.
    func withEmptyDatabase(template: String = "template0", _ body: (String) async throws -> Void) async throws {
        await turnstile.enter()
        let name = "t_\(UUID().uuidString.lowercased().replacing("-", with: ""))"
        let outcome: Result<Void, any Error>
        do {
            try await administer("CREATE DATABASE \(name) TEMPLATE \(template)")
            outcome = .success(try await body(url(of: name)))
        } catch {
            outcome = .failure(error)
        }
        try? await administer("DROP DATABASE IF EXISTS \(name) WITH (FORCE)")
        await turnstile.leave()
        try outcome.get()
    }

    private init() async throws {
        let keeper = Process()
        let (input, output) = (Pipe(), Pipe())
        let asPostgres = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        keeper.executableURL = URL(filePath: "/usr/bin/env")
        keeper.arguments = (getuid() == 0 ? asPostgres : []) + ["sh", "-c", Self.program]
        keeper.standardInput = input
        keeper.standardOutput = output
        try keeper.run()
        leash = input.fileHandleForWriting
        let line = await Self.readLine(output.fileHandleForReading)
        guard line.hasPrefix("/") else { throw Failure(what: "PostgreSQL did not start; its log is above") }
        directory = line
        try await administer("CREATE DATABASE \(Self.template)")
        let configuration = PostgresDatabase.Configuration(
            url: url(of: Self.template), migrationsDirectory: Self.migrations)
        try await Migrator(configuration: configuration, logger: .quiet).run()
    }

    private func url(of database: String) -> String { "postgresql://bedel@/\(database)?host=\(directory)" }

    /// `statement` is put together by the tests alone.
    private func administer(_ statement: String) async throws {
        let thread = ConnectionThread(ConnectionSettings(url: url(of: "postgres")))
        thread.start()
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await thread.run { _ = try $0.execute(SQL(unsafe: statement)) })
        } catch {
            outcome = .failure(error)
        }
        await thread.stop()
        try outcome.get()
    }

    /// On a thread of its own, because it blocks until the cluster is up.
    private static func readLine(_ handle: FileHandle) async -> String {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                var line = Data()
                while let byte = try? handle.read(upToCount: 1), byte.first != 10, !byte.isEmpty { line += byte }
                continuation.resume(returning: String(decoding: line, as: UTF8.self))
            }
        }
    }

    struct Failure: Error { let what: String }

    static let migrations = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "migrations").path

    private static let template = "bedel_template"

    /// Run through `setpriv` by root, because PostgreSQL refuses root.
    private static let program = """
        set -eu
        bin=/usr/lib/postgresql/15/bin
        test -x $bin/initdb || { echo "PostgreSQL 15 is missing: apt-get install postgresql-15" >&2; exit 1; }
        cd /tmp
        dir=$(mktemp -d /tmp/bedel-postgres.XXXXXX)
        trap '$bin/pg_ctl -D $dir/data -m immediate stop >/dev/null 2>&1; rm -rf $dir' EXIT
        trap 'exit 1' INT TERM HUP
        options="-k $dir -c listen_addresses='' -c fsync=off -c max_connections=200 -c shared_buffers=32MB"
        $bin/initdb -D $dir/data -A trust -U bedel -E UTF8 --locale=C.UTF-8 --no-sync >$dir/start 2>&1 &&
            $bin/pg_ctl -D $dir/data -w -l $dir/log -o "$options -c deadlock_timeout=100ms" start \\
                >>$dir/start 2>&1 </dev/null || { cat $dir/start >&2; exit 1; }
        echo $dir
        cat >/dev/null
        """
}

extension Logger {
    static var quiet: Logger {
        var logger = Logger(label: "test")
        logger.logLevel = .error
        return logger
    }
}

/// Lets so many in at a time; the others wait in a row.
private actor Turnstile {
    private var places: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(places: Int) { self.places = places }

    func enter() async {
        if places > 0 {
            places -= 1
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
    }

    func leave() {
        if waiting.isEmpty { places += 1 } else { waiting.removeFirst().resume() }
    }
}
