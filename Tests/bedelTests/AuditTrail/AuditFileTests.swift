import BedelDomain
import BedelStore
import Foundation
import Testing

@testable import bedel

@Suite("An exported audit trail")
struct AuditFileTests {
    /// Signs by saying so; whoever says otherwise is found out.
    private struct Signer: CheckpointSigner {
        func sign(_ checkpoint: AuditCheckpoint) throws -> String {
            "signed:\(checkpoint.sequence):\(checkpoint.hash.hex)"
        }
        func verify(_ text: String) throws -> AuditCheckpoint {
            let parts = text.split(separator: ":")
            guard parts.count == 3, parts[0] == "signed", let sequence = Int64(parts[1]),
                let hash = Digest(hex: String(parts[2]))
            else { throw BedelError(.invalidToken, "no") }
            return AuditCheckpoint(sequence: sequence, hash: hash, at: Timestamp(seconds: 0))
        }
    }

    private func records(_ count: Int) -> [AuditRecord] {
        var end = AuditRecord.genesis
        return (1...count).map { number in
            let event = AuditEvent(
                at: Timestamp(microseconds: 1_795_000_000_123_456),
                actor: number == 1 ? nil : .random(at: .init(seconds: 1)),
                actorName: "ána", action: "grades.export", resource: "round:ml-2026/digits/1",
                profile: number == 2 ? nil : Label("ml-2026"), outcome: .allowed, reason: "teacher.evaluation",
                facts: ["n": "\(number)"], requestID: "r", remoteAddress: "::1")
            let record = AuditRecord(
                sequence: Int64(number), event: event, previous: end,
                hash: AuditChainCheck.hash(sequence: Int64(number), event: event, previous: end))
            end = record.hash
            return record
        }
    }

    private func check(_ lines: [AuditLine]) throws -> (finding: AuditFinding?, checkpoints: Int) {
        let path = NSTemporaryDirectory() + "bedel-test-\(UUID().uuidString).jsonl"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let text = try lines.map { String(decoding: try JSONEncoder().encode($0), as: UTF8.self) + "\n" }.joined()
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return try AuditFile(path: path).check(by: Signer())
    }

    private func checkpoint(of record: AuditRecord) throws -> AuditLine {
        AuditLine(
            checkpoint: try Signer().sign(
                AuditCheckpoint(sequence: record.sequence, hash: record.hash, at: Timestamp(seconds: 0))))
    }

    @Test func aRecordComesBackAsItWas() {
        for record in records(3) { #expect(AuditLine(record).record == record) }
    }

    @Test func awholeFileIsWhole() throws {
        let records = records(4)
        let result = try check(records.map(AuditLine.init) + [checkpoint(of: records[3])])
        #expect(result.finding == nil && result.checkpoints == 1)
    }

    @Test func aChangedLineIsNamed() throws {
        var lines = records(4).map(AuditLine.init)
        lines[2].actorName = "somebody"
        #expect(try check(lines).finding == AuditFinding(.changed, at: 3))
        lines[2].outcome = "perhaps"
        #expect(try check(lines).finding == AuditFinding(.changed, at: 3))
    }

    @Test func aMissingLineIsNamed() throws {
        var lines = records(4).map(AuditLine.init)
        lines.remove(at: 1)
        #expect(try check(lines).finding == AuditFinding(.missing, at: 2))
    }

    @Test func aFileWithoutItsEndIsFoundByItsCheckpoint() throws {
        let records = records(4)
        let lines = records.prefix(2).map(AuditLine.init) + [try checkpoint(of: records[3])]
        #expect(try check(lines).finding == AuditFinding(.cutOff, at: 3))
    }

    @Test func aCheckpointThatNobodySignedIsFound() throws {
        let lines = records(2).map(AuditLine.init) + [AuditLine(checkpoint: "made:2:up")]
        #expect(try check(lines).finding?.kind == .forgedCheckpoint)
    }
}
