import Testing

@testable import BedelStore

/// Who waits for whom at the server. Looks again, a bounded number of times, because the waiting is done by another program;
/// the server does the pausing.
enum LockWaits {
    /// Returns when so many of this database wait for somebody's lock.
    /// - Parameter ask: the connection to look by, also one in the middle of a transaction.
    static func until(_ count: Int, _ ask: (SQL) throws -> Int?) throws {
        for _ in 0..<2000 { if try ask(countOfWaiting) ?? 0 >= count { return } }
        Issue.record("never did \(count) wait")
    }

    static func until(_ count: Int, in database: PostgresDatabase) async throws {
        try await database.withConnection { connection in
            try until(count) { try connection.first($0)?.value("waiting") }
        }
    }

    /// Returns when `free`, which skips what is locked, finds nothing any more.
    static func untilHeld(_ free: SQL, in database: PostgresDatabase) async throws {
        try await database.withConnection { connection in
            for _ in 0..<2000 {
                if try connection.first(free) == nil { return }
                try connection.execute("SELECT pg_sleep(0.005)")
            }
            Issue.record("nobody holds it")
        }
    }

    private static let countOfWaiting: SQL = """
        SELECT pg_sleep(0.005), count(*) AS waiting FROM pg_locks w WHERE NOT w.granted AND EXISTS (
            SELECT FROM pg_locks h WHERE h.pid = w.pid
                AND h.database = (SELECT oid FROM pg_database WHERE datname = current_database()))
        """
}
