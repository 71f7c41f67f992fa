internal import BedelDomain

/// An event made ready for the chain by whoever brings it, so that little is left to do while its end is locked.
struct AuditEntry {
    /// As it can be kept.
    let event: AuditEvent
    /// Its part of the bytes the chain's hash is of.
    let hashedBytes: [UInt8]
    /// ``AuditEvent/facts`` as JSON.
    let facts: String

    init(_ event: AuditEvent) throws {
        self.event = event.keepable
        hashedBytes = AuditRecord.hashedBytes(of: self.event)
        facts = try JSONText.encode(self.event.facts)
    }

    /// Its row in `audit`, in the order of ``columns``.
    func row(sequence: Int64, previous: Digest, hash: Digest) -> [String?] {
        [
            sequence.sqlText, event.at.sqlText, event.actor?.sqlText, event.actorName, event.action, event.resource,
            event.profile?.sqlText, event.outcome.sqlText, event.reason, facts, event.requestID, event.remoteAddress,
            previous.sqlText, hash.sqlText,
        ]
    }

    static let columns: StaticString = """
        audit (sequence, at, actor, actor_name, action, resource, profile, outcome, reason, facts, request_id,
        remote_address, previous, hash)
        """
}

extension AuditEvent {
    /// Without NUL characters, which PostgreSQL keeps in no text. An event must not get lost over a strange name.
    fileprivate var keepable: AuditEvent {
        func clean(_ text: String) -> String {
            guard text.utf8.contains(0) else { return text }
            return String(String.UnicodeScalarView(text.unicodeScalars.map { $0 == "\0" ? "\u{FFFD}" : $0 }))
        }
        let facts = Dictionary(facts.map { (clean($0.key), clean($0.value)) }, uniquingKeysWith: { first, _ in first })
        return AuditEvent(
            at: at, actor: actor, actorName: clean(actorName), action: clean(action), resource: clean(resource),
            profile: profile, outcome: outcome, reason: clean(reason), facts: facts, requestID: clean(requestID),
            remoteAddress: clean(remoteAddress))
    }
}
