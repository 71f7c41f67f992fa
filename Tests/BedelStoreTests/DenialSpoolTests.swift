import BedelDomain
import Foundation
import Testing

@testable import BedelStore

@Suite("The spool of refusals")
struct DenialSpoolTests {
    private func withDirectory(_ body: (String) async throws -> Void) async throws {
        let directory = NSTemporaryDirectory() + "bedel-test-spool-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try await body(directory)
    }

    private func actions(_ spool: DenialSpool) throws -> [String] {
        try spool.segments().flatMap { try spool.read($0, from: 0).events.map(\.action) }
    }

    @Test func whatIsRecordedIsThereForTheNextProcess() async throws {
        try await withDirectory { directory in
            let before = try DenialSpool(directory: directory)
            #expect(before.record(.test("a")) && before.record(.test("b", facts: ["line": "1\n2"])))
            // As after a kill -9: nothing was closed, nothing was said.
            let after = try DenialSpool(directory: directory)
            #expect(after.record(.test("c")))
            #expect(try actions(after) == ["a", "b", "c"])
            #expect(try after.segments().count == 2)
        }
    }

    @Test func aTornLastLineIsNotAnEvent() async throws {
        try await withDirectory { directory in
            let spool = try DenialSpool(directory: directory)
            #expect(spool.record(.test("a")))
            let path = try #require(try spool.segments().first).path
            let handle = try #require(FileHandle(forWritingAtPath: path))
            try handle.seekToEnd()
            try handle.write(contentsOf: Data(#"{"action":"to"#.utf8))
            let read = try spool.read(try #require(try spool.segments().first), from: 0)
            #expect(read.events.map(\.action) == ["a"] && read.damaged == 0)
        }
    }

    @Test func moreThanMayWaitIsNotTaken() async throws {
        try await withDirectory { directory in
            let spool = try DenialSpool(directory: directory, limit: 1000)
            var taken = 0
            while taken < 100, spool.record(.test("a")) { taken += 1 }
            #expect(taken > 0 && taken < 100)
            #expect(try actions(spool).count == taken)
            spool.tookOver(bytes: 1000)
            #expect(spool.record(.test("b")))
            // A new process counts what the old one left.
            #expect(try DenialSpool(directory: directory, limit: 1000).record(.test("c")) == false)
        }
    }

    @Test func aSegmentGoesOnlyWhenAllOfItWasTakenOver() async throws {
        try await withDirectory { directory in
            let spool = try DenialSpool(directory: directory)
            #expect(spool.record(.test("a")))
            let segment = try #require(try spool.segments().first)
            let read = try spool.read(segment, from: 0)
            #expect(spool.record(.test("b")))
            #expect(!spool.retire(segment, at: read.upTo, smallest: 0))
            #expect(!spool.retire(segment, at: try spool.read(segment, from: 0).upTo), "it is still small")
            #expect(spool.retire(segment, at: try spool.read(segment, from: 0).upTo, smallest: 0))
            #expect(try spool.segments().isEmpty)
            #expect(spool.record(.test("c")))
            #expect(try actions(spool) == ["c"])
        }
    }

    @Test func whatIsTakenOverTwiceIsInTheTrailOnce() async throws {
        try await PrivatePostgres.shared().withDatabase { database in
            let log = PostgresAuditLog(database)
            #expect(try await log.position(of: "s") == 0)
            try await log.takeOver([.test("a"), .test("b")], from: "s", upTo: 70)
            #expect(try await log.position(of: "s") == 70)
            #expect(try await log.records(from: 1, limit: 10).map(\.event.action) == ["a", "b"])
            try await log.forget(spool: "s")
            #expect(try await log.position(of: "s") == 0)
        }
    }
}
