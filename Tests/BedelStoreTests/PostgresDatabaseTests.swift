import BedelDomain
import Logging
import Testing

@testable import BedelStore

@Suite("The database")
struct PostgresDatabaseTests {
    @Test func manyMoreCallersThanConnectionsAreAllServed() async throws {
        try await withDatabase(connections: 2) { database in
            let sum = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 1...100 {
                    group.addTask {
                        try await database.withConnection {
                            try #require(try $0.first("SELECT \(number)::int AS n")).value("n")
                        }
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(sum == 5050)
        }
    }

    @Test func whoWaitsTooLongIsToldSo() async throws {
        try await withDatabase(connections: 1, patience: .milliseconds(50)) { database in
            try await Self.whileHolding(database) {
                await expectFailure(.unavailable) { try await database.ping() }
            }
            try await database.ping()
        }
    }

    @Test func aCancelledCallerLeavesTheQueue() async throws {
        try await withDatabase(connections: 1) { database in
            try await Self.whileHolding(database) {
                await withTaskGroup(of: Void.self) { group in
                    group.addTask {
                        await #expect(throws: CancellationError.self) { try await database.ping() }
                    }
                    group.cancelAll()
                }
            }
            try await database.ping()
        }
    }

    @Test func cancellingStopsTheStatementAndSparesTheNext() async throws {
        try await withDatabase(connections: 1) { database in
            let running = Task { try await database.execute("SELECT pg_sleep(60)") }
            try await Self.untilSleeping(database)
            running.cancel()
            await #expect(throws: CancellationError.self) { try await running.value }
            for _ in 0..<20 { try await database.ping() }
        }
    }

    @Test func aStatementThatTakesTooLongIsStopped() async throws {
        try await withDatabase(statementTimeout: .milliseconds(100)) { database in
            await expectFailure(.unavailable) { try await database.execute("SELECT pg_sleep(60)") }
            try await database.ping()
        }
    }

    @Test func aConnectionThatBrokeWhileIdleIsReplacedUnnoticed() async throws {
        try await withDatabase(connections: 1) { database in
            try await database.ping()
            try await Self.killOthers(database)
            try await database.ping()
        }
    }

    @Test func aConnectionLostInTheMiddleIsUnavailableAndNothingIsKept() async throws {
        try await withDatabase(connections: 1) { database in
            await expectFailure(.unavailable) {
                try await database.withTransaction { transaction in
                    try transaction.execute("CREATE TABLE half (n int)")
                    try transaction.execute("SELECT pg_terminate_backend(pg_backend_pid())")
                }
            }
            let found = try await database.withConnection {
                try $0.first("SELECT to_regclass('half')::text AS t")?.optional("t", as: String.self)
            }
            #expect(found == nil)
        }
    }

    @Test func aFailedTransactionIsRolledBackWhole() async throws {
        try await withDatabase { database in
            struct Stop: Error {}
            await #expect(throws: Stop.self) {
                try await database.withTransaction { transaction in
                    try transaction.execute("CREATE TABLE half (n int)")
                    throw Stop()
                }
            }
            try await database.execute("CREATE TABLE half (n int)")
        }
    }

    @Test func aSwallowedFailureDoesNotCommit() async throws {
        try await withDatabase { database in
            await expectFailure(.internalFailure) {
                try await database.withTransaction { transaction in
                    try transaction.execute("CREATE TABLE half (n int)")
                    _ = try? transaction.execute("SELECT 1 / 0")
                }
            }
        }
    }

    @Test func transactionsThatDeadlockAreRunAgain() async throws {
        try await withDatabase(connections: 4) { database in
            try await database.execute("CREATE TABLE pair (id int PRIMARY KEY, n int)")
            try await database.execute("INSERT INTO pair VALUES (1, 0), (2, 0)")
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (first, second) in [(1, 2), (2, 1), (1, 2), (2, 1)] {
                    group.addTask {
                        try await database.withTransaction { transaction in
                            try transaction.execute("UPDATE pair SET n = n + 1 WHERE id = \(first)")
                            try transaction.execute("SELECT pg_sleep(0.05)")
                            try transaction.execute("UPDATE pair SET n = n + 1 WHERE id = \(second)")
                        }
                    }
                }
                try await group.waitForAll()
            }
            let sum: Int? = try await database.withConnection {
                try $0.first("SELECT sum(n) AS n FROM pair")?.value("n")
            }
            #expect(sum == 8)
        }
    }

    @Test func aDuplicateIsAConflictAndSaysNothingOfTheTable() async throws {
        try await withDatabase { database in
            try await database.execute("CREATE TABLE secret_table (id int PRIMARY KEY)")
            do {
                try await database.execute("INSERT INTO secret_table VALUES (1), (1)")
                Issue.record("nothing failed")
            } catch let error as BedelError {
                #expect(error.code == .conflict)
                #expect(!error.description.contains("secret_table"))
                #expect(error.detail.contains("secret_table"))
            }
        }
    }

    @Test func noServerIsUnavailableAndNothingIsLeftRunning() async throws {
        let database = PostgresDatabase(
            configuration: .init(
                url: "postgresql://bedel@/bedel?host=/nonexistent", migrationsDirectory: PrivatePostgres.migrations),
            logger: .quiet)
        await expectFailure(.unavailable) { try await database.start() }
    }

    @Test func shuttingDownWaitsForWorkAndRefusesMore() async throws {
        try await PrivatePostgres.shared().withEmptyDatabase { url in
            let database = PostgresDatabase(
                configuration: .init(url: url, connections: 1, migrationsDirectory: PrivatePostgres.migrations),
                logger: .quiet)
            try await database.start()
            let running = Task { try await database.execute("SELECT pg_sleep(0.3)") }
            try await Self.untilSleeping(url)
            await database.shutdown()
            #expect(try await running.value == 1)
            await expectFailure(.unavailable) { try await database.ping() }
        }
    }

    private func withDatabase(
        connections: Int = 2, patience: Duration = .seconds(10), statementTimeout: Duration = .seconds(30),
        _ body: (PostgresDatabase) async throws -> Void
    ) async throws {
        try await PrivatePostgres.shared().withDatabase(
            connections: connections, patience: patience, statementTimeout: statementTimeout, body)
    }

    /// `body` while the only connection is taken by a statement that ends when `body` has.
    private static func whileHolding(_ database: PostgresDatabase, _ body: () async throws -> Void) async throws {
        let holder = Task { try await database.execute("SELECT pg_sleep(60)") }
        try await untilSleeping(database)
        try await body()
        holder.cancel()
        _ = await holder.result
    }

    private static func untilSleeping(_ database: PostgresDatabase) async throws {
        try await untilSleeping(database.configuration.url)
    }

    /// Looks from a connection of its own, again and again, until somebody in this database is in `pg_sleep`.
    private static func untilSleeping(_ url: String) async throws {
        try await withThread(url) { connection in
            for _ in 0..<10_000 {
                let seen = try connection.first(
                    """
                    SELECT pid FROM pg_stat_activity
                    WHERE datname = current_database() AND wait_event = 'PgSleep' AND state = 'active'
                    """)
                if seen != nil { return }
            }
            Issue.record("nobody fell asleep")
        }
    }

    /// Ends every other connection to this database and waits until they are gone.
    private static func killOthers(_ database: PostgresDatabase) async throws {
        try await withThread(database.configuration.url) { connection in
            try connection.execute(
                """
                SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid()
                """)
        }
    }

    private static func withThread(
        _ url: String, _ body: @escaping @Sendable (PostgresConnection) throws -> Void
    ) async throws {
        let thread = ConnectionThread(ConnectionSettings(url: url))
        thread.start()
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await thread.run(body)) } catch { outcome = .failure(error) }
        await thread.stop()
        try outcome.get()
    }
}
