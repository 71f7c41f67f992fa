import BedelDomain
import Testing

@testable import BedelStore

/// What somebody with every right in the database can do to the audit trail, done a thousand times over.
@Suite("A corrupted audit trail")
struct AuditCorruptionTests {
    private static let length: Int64 = 40

    private struct RolledBack: Error {}

    @Test func everyOneOfAThousandCorruptionsIsFoundAndNamed() async throws {
        try await PrivatePostgres.shared().withDatabase { database in
            let checkpoint = try await Self.fill(database)
            var generator = SeededGenerator(seed: 2026)
            var found: [String: Int] = [:]
            for _ in 0..<1000 {
                let corruption = Corruption.random(length: Self.length, using: &generator)
                let finding = try await Self.finding(of: corruption, in: database, checkpoint)
                #expect(
                    finding?.sequence == corruption.firstRow, "\(corruption.statements): \(String(describing: finding))"
                )
                found[corruption.kind, default: 0] += 1
            }
            #expect(found.values.reduce(0, +) == 1000)
            #expect(found.count == Corruption.kinds.count && found.values.allSatisfy { $0 > 50 }, "\(found)")
            // And what was not corrupted is found whole.
            #expect(try await PostgresAuditLog(database).finding(against: [checkpoint]) == nil)
        }
    }

    private static func fill(_ database: PostgresDatabase) async throws -> AuditCheckpoint {
        try await database.withTransaction { transaction in
            for number in 1...Self.length { transaction.audit(.test("n\(number)", facts: ["n": "\(number)"])) }
        }
        let head = try #require(try await PostgresAuditLog(database).head())
        return AuditCheckpoint(sequence: head.sequence, hash: head.hash, at: noon)
    }

    /// Corrupts, looks, and takes it back.
    private static func finding(
        of corruption: Corruption, in database: PostgresDatabase, _ checkpoint: AuditCheckpoint
    ) async throws -> AuditFinding? {
        try await database.withConnection { connection in
            var finding: AuditFinding?
            do {
                try connection.transaction {
                    try connection.execute("SET LOCAL session_replication_role = replica")
                    for statement in corruption.statements { try connection.execute(SQL(unsafe: statement)) }
                    finding = try PostgresAuditLog.walk(connection, AuditChainCheck(checkpoints: [checkpoint]))
                    throw RolledBack()
                }
            } catch is RolledBack {}
            return finding
        }
    }
}

/// One way of tampering, with the row that a check has to name.
private struct Corruption {
    static let kinds = ["change", "remove", "insert", "reorder", "cut"]

    let kind: String
    let statements: [String]
    let firstRow: Int64

    static func random(length: Int64, using generator: inout SeededGenerator) -> Corruption {
        let row = Int64.random(in: 1...length, using: &generator)
        let kind = kinds.randomElement(using: &generator) ?? "change"
        switch kind {
        case "remove":
            let last = min(length, row + Int64.random(in: 0...3, using: &generator))
            return Corruption(
                kind: kind, statements: ["DELETE FROM audit WHERE sequence BETWEEN \(row) AND \(last)"], firstRow: row)
        case "insert": return insertion(before: row)
        case "reorder": return exchange(row, length: length, using: &generator)
        case "cut":
            let first = max(2, row)
            return Corruption(
                kind: kind,
                statements: [
                    "DELETE FROM audit WHERE sequence >= \(first)",
                    """
                    UPDATE audit_head SET sequence = \(first - 1),
                        hash = (SELECT hash FROM audit WHERE sequence = \(first - 1))
                    """,
                ], firstRow: first)
        default:
            let change = changes.randomElement(using: &generator) ?? changes[0]
            return Corruption(
                kind: kind, statements: ["UPDATE audit SET \(change) WHERE sequence = \(row)"], firstRow: row)
        }
    }

    private static let changes = [
        "at = at - interval '1 second'", "actor = '01jd5v0000000000000000zzzz'", "actor_name = actor_name || 'x'",
        "action = 'profile.list'", "resource = 'platform:other'", "profile = 'other'", "outcome = 'denied'",
        "reason = reason || ' '", "facts = facts || '{\"x\": \"y\"}'", "request_id = 'r-2'",
        "remote_address = '127.0.0.2'", "previous = repeat('a', 64)::digest", "hash = repeat('a', 64)::digest",
        // The record's own hash, made to fit what was changed, still does not fit the next one or the checkpoint.
        "outcome = 'failed', hash = repeat('b', 64)::digest",
    ]

    /// A row pushed in; those behind it move up, as somebody would do it who wants no gap to show.
    private static func insertion(before row: Int64) -> Corruption {
        Corruption(
            kind: "insert",
            statements: [
                "UPDATE audit SET sequence = sequence + 1000001 WHERE sequence >= \(row)",
                """
                INSERT INTO audit SELECT \(row), at, actor, actor_name, 'grades.export', resource, profile, outcome, reason,
                    facts, request_id, remote_address, previous, hash FROM audit ORDER BY sequence LIMIT 1
                """,
                "UPDATE audit SET sequence = sequence - 1000000 WHERE sequence > 1000000",
                "UPDATE audit_head SET sequence = sequence + 1",
            ], firstRow: row)
    }

    private static func exchange(_ row: Int64, length: Int64, using generator: inout SeededGenerator) -> Corruption {
        let first = min(row, length - 1)
        let second = Int64.random(in: first + 1...length, using: &generator)
        return Corruption(
            kind: "reorder",
            statements: [
                "UPDATE audit SET sequence = 1000000 WHERE sequence = \(first)",
                "UPDATE audit SET sequence = \(first) WHERE sequence = \(second)",
                "UPDATE audit SET sequence = \(second) WHERE sequence = 1000000",
            ], firstRow: first)
    }
}

/// SplitMix64, so that a failure can be had again.
private struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
