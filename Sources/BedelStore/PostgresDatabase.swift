internal import BedelDomain
package import Logging

/// The database as a whole: its connections, and the two ways to use one. Every store is made with it.
package final class PostgresDatabase: Sendable {
    package struct Configuration: Sendable {
        /// In libpq's form: `postgresql://user@host:port/name`, or `postgresql:///name?user=…&host=/socket/directory`.
        package var url: String
        /// Connections of the pool, a thread each; ``PostgresSignals`` has one more.
        package var connections: Int
        /// Where the numbered SQL files are.
        package var migrationsDirectory: String
        /// How long a caller waits for a connection.
        package var patience: Duration
        /// How long one statement may take.
        package var statementTimeout: Duration

        package init(
            url: String, connections: Int = 8, migrationsDirectory: String, patience: Duration = .seconds(10),
            statementTimeout: Duration = .seconds(30)
        ) {
            self.url = url
            self.connections = connections
            self.migrationsDirectory = migrationsDirectory
            self.patience = patience
            self.statementTimeout = statementTimeout
        }
    }

    let configuration: Configuration
    let logger: Logger
    private let pool: ConnectionPool
    let auditBatches = AuditBatches()

    /// Does nothing yet; see ``start()``.
    package init(configuration: Configuration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
        let settings = ConnectionSettings(
            url: configuration.url, statementTimeout: Int(configuration.statementTimeout.milliseconds))
        pool = ConnectionPool(settings, connections: configuration.connections, patience: configuration.patience)
    }

    /// Brings the schema up to date and opens the pool.
    /// - Throws: ``BedelError`` `unavailable` when there is no server, `conflict` when the schema is not ours to change.
    ///   Nothing is left running then.
    package func start() async throws {
        try await Migrator(configuration: configuration, logger: logger).run()
        pool.start()
    }

    /// Lets statements under way finish and closes every connection. Call it once, also when nothing was ever asked.
    package func shutdown() async { await pool.stop() }

    /// Whether the database answers; for readiness.
    package func ping() async throws { try await execute("SELECT 1") }

    /// One connection for as long as `body` runs, each statement a transaction of its own.
    /// - Throws: ``BedelError``, or `CancellationError`.
    package func withConnection<Value: Sendable>(
        _ body: @escaping @Sendable (PostgresConnection) throws -> Value
    ) async throws -> Value {
        do {
            return try await pool.run(body)
        } catch let failure as ServerFailure {
            throw failure.bedelError
        }
    }

    /// One statement by itself.
    /// - Returns: how many rows were touched.
    @discardableResult
    package func execute(_ sql: SQL) async throws -> Int { try await withConnection { try $0.execute(sql) } }

    /// `body` in one transaction, all or nothing; run again when another transaction was in the way, so it must have no
    /// other effect.
    /// - Throws: ``BedelError``, or `CancellationError`.
    func withTransaction<Value: Sendable>(
        _ body: @escaping @Sendable (Transaction) throws -> Value
    ) async throws -> Value {
        try await withConnection { connection in
            var tries = 0
            while true {
                tries += 1
                do {
                    return try connection.transaction {
                        let transaction = Transaction(connection)
                        let value = try body(transaction)
                        try transaction.complete()
                        return value
                    }
                } catch let failure as ServerFailure where failure.isWorthRetrying && tries < Self.maximumTries {
                    // A pause of chance length, or those who met once meet again. The server does the waiting, so that
                    // it ends at once when the task is cancelled.
                    try connection.execute("SELECT pg_sleep(\(Double.random(in: 0...0.05) * Double(tries)))")
                }
            }
        }
    }

    private static let maximumTries = 8
}
