import BedelDomain
import Testing

/// What is hashed must differ whenever two records differ in anything, or the chain proves nothing.
@Suite("Bytes that the audit chain hashes")
struct AuditRecordTests {
    private static let ana = User.ID.random(at: Timestamp(seconds: 1))

    private func event(
        at: Int64 = 1_000_000, actor: User.ID? = ana, actorName: String = "ana", action: String = "model.submit",
        resource: String = "model:ml/digits", profile: String? = "ml", outcome: AuditEvent.Outcome = .allowed,
        reason: String = "r", facts: [String: String] = ["a": "b"], requestID: String = "q",
        remoteAddress: String = "::1"
    ) -> AuditEvent {
        AuditEvent(
            at: Timestamp(microseconds: at), actor: actor, actorName: actorName, action: action, resource: resource,
            profile: profile.flatMap { Label($0) }, outcome: outcome, reason: reason, facts: facts,
            requestID: requestID,
            remoteAddress: remoteAddress)
    }

    private func bytes(_ event: AuditEvent, sequence: Int64 = 1, previous: Digest = AuditRecord.genesis) -> [UInt8] {
        AuditRecord.hashedBytes(sequence: sequence, event: event, previous: previous)
    }

    @Test func everyFieldCounts() {
        let one = Digest(bytes: Array(repeating: 1, count: 32))
        let all = [
            bytes(event()), bytes(event(), sequence: 2), bytes(event(), previous: one), bytes(event(at: 1_000_001)),
            bytes(event(actor: nil)), bytes(event(actorName: "bea")), bytes(event(action: "model.view")),
            bytes(event(resource: "model:ml/other")), bytes(event(profile: nil)), bytes(event(outcome: .denied)),
            bytes(event(reason: "")), bytes(event(facts: [:])), bytes(event(facts: ["a": "c"])),
            bytes(event(facts: ["b": "b"])), bytes(event(requestID: "p")), bytes(event(remoteAddress: "::2")),
        ]
        #expect(Set(all).count == all.count)
    }

    @Test func textCannotMoveFromOneFieldToTheNext() {
        let all = [
            bytes(event(reason: "ab", requestID: "")), bytes(event(reason: "a", requestID: "b")),
            bytes(event(reason: "", requestID: "ab")), bytes(event(reason: "a1:b", requestID: "")),
            bytes(event(reason: "a0:", requestID: "")), bytes(event(reason: "0:", requestID: "a")),
        ]
        #expect(Set(all).count == all.count)
    }

    @Test func factsCannotImitateOtherFacts() {
        let all = [
            bytes(event(facts: ["a": "b", "c": "d"])), bytes(event(facts: ["a": "b1:c1:d"])),
            bytes(event(facts: ["a": "b", "c": ""])), bytes(event(facts: ["a": "", "b": "", "c": ""])),
            bytes(event(facts: ["ab": "", "c": "d"])), bytes(event(facts: ["": "a", "b": "c"])),
            bytes(event(facts: ["é": ""])), bytes(event(facts: ["e": "\u{301}"])),
        ]
        #expect(Set(all).count == all.count)
    }

    @Test func orderInWhichFactsWereGivenDoesNotCount() {
        let names = (0..<50).map { "fact-\($0)" }
        let forth = Dictionary(uniqueKeysWithValues: names.map { ($0, "v") })
        let back = Dictionary(uniqueKeysWithValues: names.reversed().map { ($0, "v") })
        #expect(bytes(event(facts: forth)) == bytes(event(facts: back)))
    }

    @Test func theFormIsTheDocumentedOne() {
        let text = String(decoding: bytes(event(actor: nil, facts: ["n": "é"])), as: UTF8.self)
        let zeros = String(repeating: "0", count: 64)
        #expect(
            text
                == "13:bedel-audit-11:164:\(zeros)27:1970-01-01T00:00:01.000000Z0:3:ana12:model.submit15:model:ml/digits"
                + "2:ml7:allowed1:r1:q3:::11:n2:é")
    }
}
