internal import BedelDomain
internal import OpenSSL

/// How records hang together.
enum AuditChain {
    static func hash(sequence: Int64, event: AuditEvent, previous: Digest) -> Digest {
        Digest(
            bytes: SHA256.digest(of: AuditRecord.hashedBytes(sequence: sequence, event: event, previous: previous)))
    }

    /// Puts the event at the end of the chain. Whoever else appends waits until this transaction is over, so there is no
    /// gap and no fork.
    static func append(_ event: AuditEvent, on connection: PostgresConnection) throws {
        let event = event.keepable
        guard let head = try connection.first("SELECT sequence, hash FROM audit_head FOR UPDATE") else {
            throw BedelError.internalFailure("the audit trail has no head")
        }
        let sequence = try head.value("sequence", as: Int64.self) + 1
        let previous: Digest = try head.value("hash")
        let hash = hash(sequence: sequence, event: event, previous: previous)
        try connection.execute(
            """
            INSERT INTO audit (sequence, at, actor, actor_name, action, resource, profile, outcome, reason, facts,
                request_id, remote_address, previous, hash)
            VALUES (\(sequence), \(event.at), \(event.actor), \(event.actorName), \(event.action), \(event.resource),
                \(event.profile), \(event.outcome), \(event.reason), \(JSONText.encode(event.facts)), \(event.requestID),
                \(event.remoteAddress), \(previous), \(hash))
            """)
        try connection.execute("UPDATE audit_head SET sequence = \(sequence), hash = \(hash)")
    }
}

/// Walks along the chain, record by record, and stops at the first that does not fit.
struct AuditChainCheck {
    private var last: Int64 = 0
    private var hash = AuditRecord.genesis

    /// The sequence number the next record must have.
    var expected: Int64 { last + 1 }

    /// - Parameter record: nil when what stands there cannot be read as one.
    /// - Returns: whether it fits.
    mutating func accepts(_ record: AuditRecord?) -> Bool {
        guard let record, record.sequence == expected, record.previous == hash,
            record.hash == AuditChain.hash(sequence: record.sequence, event: record.event, previous: record.previous)
        else { return false }
        last = record.sequence
        hash = record.hash
        return true
    }

    /// - Returns: nil when the chain ends where the head says, else the first number that is not sound.
    func firstBroken(endingAt head: Int64, hash headHash: Digest?) -> Int64? {
        if last != head { return min(last, head) + 1 }
        return hash == headHash ? nil : max(1, last)
    }
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
