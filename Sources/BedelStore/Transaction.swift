internal import BedelDomain

/// A transaction under way: statements now, and what belongs to them (audit rows, signals) at its end, in one go.
///
/// The audit rows come last because appending locks the end of the chain until the commit: so that lock is held shortest,
/// and always taken after every other, which rules out deadlocks over it.
final class Transaction {
    let connection: PostgresConnection
    private var events: [AuditEvent] = []
    private var topics: [Topic] = []

    init(_ connection: PostgresConnection) { self.connection = connection }

    func query(_ sql: SQL) throws -> Rows { try connection.query(sql) }
    func first(_ sql: SQL) throws -> Row? { try connection.first(sql) }
    @discardableResult
    func execute(_ sql: SQL) throws -> Int { try connection.execute(sql) }

    func audit(_ event: AuditEvent) { events.append(event) }
    func signal(_ topic: Topic) { topics.append(topic) }

    /// Writes what was put off; right before the commit.
    func complete() throws {
        if !topics.isEmpty {
            try connection.execute(
                "SELECT pg_notify(\(SignalChannel.name), topic) FROM unnest(\(topics.map(\.text))::text[]) AS topic")
        }
        try AuditChain.append(events.map(AuditEntry.init), on: connection)
    }
}
