import BedelDomain
import Foundation
import Testing

@testable import BedelStore

@Suite("Checkpoints of the audit trail")
struct AuditCheckpointTests {
    private func withTrail(_ body: (PostgresDatabase, PostgresAuditLog, AuditCheckpoint) async throws -> Void)
        async throws
    {
        try await PrivatePostgres.shared().withDatabase { database in
            let log = PostgresAuditLog(database)
            for number in 1...6 { try await log.append(.test("n\(number)")) }
            let head = try #require(try await log.head())
            try await body(database, log, AuditCheckpoint(sequence: head.sequence, hash: head.hash, at: noon))
        }
    }

    private func tamper(_ database: PostgresDatabase, _ statements: String...) async throws {
        try await database.withTransaction { transaction in
            try transaction.execute("SET LOCAL session_replication_role = replica")
            for statement in statements { try transaction.execute(SQL(unsafe: statement)) }
        }
    }

    @Test func aTailThatWasCutOffWithEveryTraceInTheDatabaseIsMissed() async throws {
        try await withTrail { database, log, checkpoint in
            try await tamper(
                database, "DELETE FROM audit WHERE sequence > 4", "DELETE FROM audit_checkpoints",
                "UPDATE audit_head SET sequence = 4, hash = (SELECT hash FROM audit WHERE sequence = 4)")
            #expect(try await log.finding(against: []) == nil, "without checkpoints nobody could know")
            #expect(try await log.finding(against: [checkpoint]) == AuditFinding(.cutOff, at: 5))
        }
    }

    @Test func aTrailWrittenAnewFromTheStartIsNotTheOneThatWasSigned() async throws {
        try await withTrail { database, log, checkpoint in
            // Whoever knows how the hashes are made can make a trail that is sound in itself.
            try await tamper(
                database, "DELETE FROM audit", "UPDATE audit_head SET sequence = 0, hash = repeat('0', 64)::digest")
            for number in 1...8 { try await log.append(.test("other \(number)")) }
            #expect(try await log.finding(against: []) == nil)
            #expect(try await log.finding(against: [checkpoint]) == AuditFinding(.rewritten, at: 6))
        }
    }

    @Test func rowsAfterTheNewestCheckpointAreNoFinding() async throws {
        try await withTrail { _, log, checkpoint in
            try await log.append(.test("later"))
            #expect(try await log.finding(against: [checkpoint]) == nil)
        }
    }

    @Test func checkpointsAreKeptOnceAndNeverChange() async throws {
        try await withTrail { database, log, checkpoint in
            try await log.keep(checkpoint, signature: "first")
            try await log.keep(checkpoint, signature: "second")
            #expect(try await log.checkpoints() == ["first"])
            for statement in ["DELETE FROM audit_checkpoints", "UPDATE audit_checkpoints SET signature = 'x'"] {
                await expectFailure(.internalFailure) { try await database.execute(SQL(unsafe: statement)) }
            }
        }
    }

    @Test func theFileKeepsSignaturesInOrder() throws {
        let file = CheckpointFile(path: "/tmp/bedel-test-checkpoints-\(UInt64.random(in: 0 ... .max))")
        #expect(try file.signatures() == [])
        try file.append("a.b.c")
        try file.append("d.e.f")
        #expect(try file.signatures() == ["a.b.c", "d.e.f"])
        try FileManager.default.removeItem(atPath: file.path)
    }

    /// The triggers stop everybody; the account that serves has not even the right to try.
    @Test func theServingAccountHasNoRightToChangeRecords() async throws {
        try await PrivatePostgres.shared().withDatabase { database in
            let rights = try await database.withConnection { connection in
                try connection.query(
                    """
                    SELECT privilege FROM unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE']) AS privilege,
                        LATERAL (SELECT relacl::text AS rights FROM pg_class WHERE relname = 'audit') AS acl
                    WHERE rights ~ (current_user || '=[a-zA-Z]*' || CASE privilege
                        WHEN 'UPDATE' THEN 'w' WHEN 'DELETE' THEN 'd' ELSE 'D' END)
                    """
                ).map { try $0.value("privilege", as: String.self) }
            }
            #expect(rights == [])
        }
    }
}
