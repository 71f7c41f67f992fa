import BedelDomain
import Testing

@testable import BedelStore

@Suite("The audit trail")
struct AuditLogTests {
    @Test func anEventComesBackAsItWas() async throws {
        try await withHouse { house in
            let event = AuditEvent(
                at: noon, actor: .random(at: noon), actorName: "ána \"x\"\t\\N\r", action: "model.submit",
                resource: "model:ml-2026/digits", profile: nil, outcome: .denied, reason: "role",
                facts: ["b": "2\n", "a": "\"1\"", "": "ü"], requestID: "r", remoteAddress: "::1")
            try await house.audit.append(event)
            let record = try #require(try await house.audit.records(matching: AuditFilter(), limit: 10).first)
            #expect(record.event == event)
            #expect(record.sequence == 1)
            #expect(record.previous == AuditRecord.genesis)
            #expect(try await house.audit.firstBroken() == nil)
        }
    }

    @Test func recordsAreFilteredAndNewestFirst() async throws {
        try await withHouse { house in
            for action in ["a", "b", "a"] { try await house.audit.append(.test(action)) }
            let byAction = try await house.audit.records(matching: AuditFilter(action: "a"), limit: 10)
            #expect(byAction.map(\.sequence) == [3, 1])
            #expect(try await house.audit.records(matching: AuditFilter(before: 3), limit: 1).map(\.sequence) == [2])
            #expect(try await house.audit.records(matching: AuditFilter(profile: "other"), limit: 9).isEmpty)
            #expect(try await house.audit.records(matching: AuditFilter(actorName: "tester"), limit: 9).count == 3)
            #expect(try await house.audit.records(matching: AuditFilter(outcome: .allowed), limit: 9).count == 3)
            #expect(try await house.audit.records(matching: AuditFilter(outcome: .denied), limit: 9).isEmpty)
            #expect(try await house.audit.records(matching: AuditFilter(since: noon), limit: 9).count == 3)
            #expect(try await house.audit.records(matching: AuditFilter(until: noon), limit: 9).isEmpty)
        }
    }

    @Test func aProfilesRecordsAreFoundByAnyNameItHasOrHadAndNobodyElsesAre() async throws {
        try await withHouse { house in
            let profile = try await house.profile()
            let other = try await house.profile("other")
            try await house.audit.append(.test("first"))
            try await house.lifecycle.rename(profile.id, to: "ml", audit: .test("renamed", of: "ml-2026"))
            try await house.audit.append(.test("second", of: "ml"))
            try await house.audit.append(.test("elsewhere", of: "other"))
            let actions = { (name: Label) in
                try await house.audit.records(matching: AuditFilter(profile: name), limit: 99).map(\.event.action)
            }
            let trail = ["second", "renamed", "first", "profile.create", "profile.create"]
            #expect(try await actions("ml") == trail)
            #expect(try await actions("ml-2026") == trail)
            #expect(try await actions("other") == ["elsewhere"])
            #expect(try await actions("nobodys").isEmpty)

            // A name is never given again, so what it leads to stays one profile's, after that is gone too.
            try await house.lifecycle.delete(profile.id, at: noon, audit: .test("deleted", of: "ml"))
            _ = try await house.lifecycle.purge(deletedBefore: noon + .seconds(1)) { _ in .test("purged", of: "ml") }
            await expectFailure(.conflict) { try await house.profile("ml-2026") }
            await expectFailure(.conflict) {
                try await house.lifecycle.rename(other.id, to: "ml", audit: .test("profile.govern", of: "other"))
            }
            #expect(try await actions("ml-2026") == ["purged", "deleted"] + trail)
            let early = AuditFilter(profile: "ml", action: "first", outcome: .allowed)
            #expect(try await house.audit.records(matching: early, limit: 9).count == 1)
            #expect(try await house.audit.firstBroken() == nil)
        }
    }

    /// However few profiles there are, and however little the one asked for has done in a long trail.
    @Test(
        arguments: [51, 501], [AuditFilter(profile: "ml"), AuditFilter(profile: "ml", before: 3000, outcome: .allowed)])
    func aProfilesRecordsAreFoundByTheirIndex(_ limit: Int, _ filter: AuditFilter) async throws {
        try await PrivatePostgres.shared().withDatabase { database in
            let house = House(database)
            let profile = try await house.profile()
            try await house.lifecycle.rename(profile.id, to: "ml", audit: .test("renamed", of: "ml-2026"))
            try await database.withTransaction { transaction in
                for number in 0..<4000 { transaction.audit(.test("n", of: number % 3 == 0 ? "other" : "big")) }
            }
            try await database.execute("ANALYZE audit")
            let plan = try await database.withConnection {
                try $0.query("EXPLAIN \(PostgresAuditLog.newest(matching: filter, limit: limit))")
                    .map { try $0.value("\"QUERY PLAN\"", as: String.self) }
            }.joined(separator: "\n")
            #expect(plan.contains(" audit_of_profile "), "\(plan)")
            #expect(!plan.contains("audit_pkey") && !plan.contains("Seq Scan on audit"), "\(plan)")
            let actions = try await house.audit.records(matching: filter, limit: limit).map(\.event.action)
            #expect(actions == ["renamed", "profile.create"])
        }
    }

    @Test func theNewestOfAllItsNamesComeFirst() async throws {
        try await withHouse { house in
            let profile = try await house.profile()
            try await house.lifecycle.rename(profile.id, to: "ml", audit: .test("renamed", of: "ml-2026"))
            for name: Label in ["ml", "ml-2026", "ml", "ml-2026", "other"] {
                try await house.audit.append(.test("n", of: name))
            }
            let sequences = { (before: Int64?, limit: Int) in
                try await house.audit.records(matching: AuditFilter(profile: "ml", before: before), limit: limit)
                    .map(\.sequence)
            }
            #expect(try await sequences(nil, 3) == [6, 5, 4])
            #expect(try await sequences(4, 2) == [3, 2])
            #expect(try await sequences(2, 9) == [1])
            #expect(try await sequences(nil, 0).isEmpty)
        }
    }

    @Test func aStrangeNameDoesNotLoseTheEvent() async throws {
        try await withHouse { house in
            try await house.audit.append(.test("x\0y", facts: ["k\0": "v\0"]))
            #expect(try await house.auditedActions() == ["x\u{FFFD}y"])
            #expect(try await house.audit.firstBroken() == nil)
        }
    }

    @Test func manyAtOnceMakeOneChainWithoutGaps() async throws {
        try await withHouse { house in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<60 { group.addTask { try await house.audit.append(.test("n\(number)")) } }
                try await group.waitForAll()
            }
            let records = try await house.audit.records(matching: AuditFilter(), limit: 100)
            #expect(records.map(\.sequence).reversed() == Array(1...60))
            #expect(try await house.audit.firstBroken() == nil)
        }
    }

    @Test(arguments: [
        "at = at + interval '1 microsecond'", "actor = '01jd5v0000000000000000zzzz'", "actor_name = 'somebody'",
        "action = 'profile.list'", "resource = 'platform:other'", "profile = NULL", "outcome = 'denied'",
        "reason = ''", "facts = '{}'", "facts = '{\"colour\": \"red\"}'", "facts = '[1]'", "request_id = 'r-2'",
        "remote_address = '127.0.0.2'", "previous = repeat('a', 64)::digest", "hash = repeat('a', 64)::digest",
        "sequence = 99",
    ])
    func aCorruptedFieldIsFound(_ change: String) async throws {
        try await withTamperedChain("UPDATE audit SET \(change) WHERE sequence = 3") { #expect($0 == 3) }
    }

    @Test(arguments: [1, 3, 5])
    func aRemovedRecordIsFound(_ sequence: Int64) async throws {
        try await withTamperedChain("DELETE FROM audit WHERE sequence = \(sequence)") { #expect($0 == sequence) }
    }

    @Test func anAddedRecordIsFound() async throws {
        try await withTamperedChain(
            """
            INSERT INTO audit SELECT 6, at, actor, actor_name, action, resource, profile, outcome, reason, facts,
                request_id, remote_address, hash, repeat('b', 64) FROM audit WHERE sequence = 5
            """
        ) { #expect($0 == 6) }
    }

    @Test func aHeadSetBackIsFound() async throws {
        try await withTamperedChain("UPDATE audit_head SET sequence = 4") { #expect($0 == 5) }
    }

    @Test(arguments: [
        "UPDATE audit SET reason = 'x'", "DELETE FROM audit", "TRUNCATE audit", "UPDATE audit_head SET sequence = 7",
        "DELETE FROM audit_head", "TRUNCATE audit_head",
    ])
    func theTableRefusesChanges(_ statement: String) async throws {
        try await PrivatePostgres.shared().withDatabase { database in
            try await PostgresAuditLog(database).append(.test("a"))
            await expectFailure(.internalFailure) { try await database.execute(SQL(unsafe: statement)) }
            #expect(try await PostgresAuditLog(database).firstBroken() == nil)
        }
    }

    @Test func aChainLongerThanAPageIsWalkedWhole() async throws {
        try await PrivatePostgres.shared().withDatabase { database in
            try await database.withTransaction { transaction in
                for number in 0..<2100 { transaction.audit(.test("n\(number)")) }
            }
            #expect(try await PostgresAuditLog(database).firstBroken() == nil)
            try await Self.tamper(database, "UPDATE audit SET reason = 'x' WHERE sequence = 2050")
            #expect(try await PostgresAuditLog(database).firstBroken() == 2050)
        }
    }

    /// Five records, then `statement` with the guards off, as somebody with the keys to the database would do it.
    private func withTamperedChain(_ statement: String, _ check: (Int64?) -> Void) async throws {
        try await PrivatePostgres.shared().withDatabase { database in
            let audit = PostgresAuditLog(database)
            for number in 1...5 { try await audit.append(.test("n\(number)")) }
            try await Self.tamper(database, statement)
            check(try await audit.firstBroken())
        }
    }

    private static func tamper(_ database: PostgresDatabase, _ statement: String) async throws {
        try await database.withTransaction { transaction in
            try transaction.execute("SET LOCAL session_replication_role = replica")
            try transaction.execute(SQL(unsafe: statement))
        }
    }
}
