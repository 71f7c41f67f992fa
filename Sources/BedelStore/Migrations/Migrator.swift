internal import BedelDomain
package import Logging
internal import NIOPosix

/// Brings the database's schema up to date. Several may start at once; one of them does the work.
package struct Migrator: Sendable {
    private let configuration: PostgresDatabase.Configuration
    private let logger: Logger

    package init(configuration: PostgresDatabase.Configuration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
    }

    /// - Throws: ``BedelError`` `conflict` when the schema is not ours to change (see ``Migration``), `notFound` without
    ///   the directory, `unavailable` without a server. What was applied before the failure stays applied.
    package func run() async throws {
        let directory = configuration.migrationsDirectory
        let logger = logger
        // A connection of its own, because a migration may take longer than any statement of a request ever should.
        let thread = ConnectionThread(ConnectionSettings(url: configuration.url, statementTimeout: 0))
        thread.start()
        let outcome: Result<Void, any Error>
        do {
            try await thread.run { try Self.migrate($0, from: directory, logger) }
            outcome = .success(())
        } catch let failure as ServerFailure {
            outcome = .failure(failure.bedelError)
        } catch {
            outcome = .failure(error)
        }
        await thread.stop()
        try outcome.get()
    }

    /// What ``run()`` would apply. Changes nothing, not even a database that has seen no migration yet.
    /// - Returns: names of files, in order.
    /// - Throws: as ``run()``.
    package func pending() async throws -> [String] {
        let directory = configuration.migrationsDirectory
        let thread = ConnectionThread(ConnectionSettings(url: configuration.url, statementTimeout: 5000))
        thread.start()
        let outcome: Result<[String], any Error>
        do {
            outcome = .success(try await thread.run { try Self.pending(on: $0, from: directory) })
        } catch let failure as ServerFailure {
            outcome = .failure(failure.bedelError)
        } catch {
            outcome = .failure(error)
        }
        await thread.stop()
        return try outcome.get()
    }

    private static func pending(on connection: PostgresConnection, from directory: String) throws -> [String] {
        let rows = try connection.query("SELECT to_regclass('bedel_migrations') IS NOT NULL AS known")
        let isKnown: Bool = try rows.first?.value("known") ?? false
        return try Migration.pending(of: files(in: directory), applied: isKnown ? applied(to: connection) : []).map(
            \.name)
    }

    private static func files(in directory: String) throws -> [Migration] {
        let files = try DirectoryReader.files(in: directory, suffix: ".sql").map {
            try Migration(fileName: $0.name, bytes: $0.bytes)
        }
        guard !files.isEmpty else {
            throw BedelError(
                .notFound, "There are no migrations in “\(directory)”.",
                next: "Give the path of the migrations directory that belongs to this Bedel.")
        }
        return files
    }

    private static func applied(to connection: PostgresConnection) throws -> [Migration.Applied] {
        try connection.query("SELECT number, name, checksum FROM bedel_migrations ORDER BY number").map {
            Migration.Applied(
                number: try $0.value("number"), name: try $0.value("name"), checksum: try $0.value("checksum"))
        }
    }

    private static func migrate(_ connection: PostgresConnection, from directory: String, _ logger: Logger) throws {
        let files = try files(in: directory)
        // Held until the connection is closed.
        try connection.execute("SELECT pg_advisory_lock(\(Int64(0x6265_6465_6c)))")
        try connection.execute(
            """
            CREATE TABLE IF NOT EXISTS bedel_migrations (
                number integer PRIMARY KEY, name text NOT NULL, checksum text NOT NULL,
                applied_at timestamptz NOT NULL DEFAULT now())
            """)
        for migration in try Migration.pending(of: files, applied: applied(to: connection)) {
            try apply(migration, to: connection)
            logger.info("migration applied", metadata: ["migration": "\(migration.name)"])
        }
    }

    private static func apply(_ migration: Migration, to connection: PostgresConnection) throws {
        do {
            try connection.transaction {
                try connection.script(unsafe: migration.text)
                try connection.execute(
                    """
                    INSERT INTO bedel_migrations (number, name, checksum)
                    VALUES (\(migration.number), \(migration.name), \(migration.checksum))
                    """)
            }
        } catch let failure as ServerFailure where !failure.connectionLost {
            throw BedelError(
                .conflict, "Migration “\(migration.name)” does not fit this database; nothing of it was kept.",
                next: "Read the detail in the log; the database is as it was before this migration.",
                detail: failure.message)
        }
    }
}
