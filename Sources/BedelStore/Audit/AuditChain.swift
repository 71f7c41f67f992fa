internal import BedelDomain
internal import OpenSSL

/// How records hang together.
enum AuditChain {
    static func hash(sequence: Int64, event: AuditEvent, previous: Digest) -> Digest {
        Digest(
            bytes: SHA256.digest(of: AuditRecord.hashedBytes(sequence: sequence, event: event, previous: previous)))
    }

    /// Puts the events at the end of the chain, in this order. Whoever else appends waits until this transaction is over,
    /// so there is no gap and no fork.
    static func append(_ events: [AuditEvent], on connection: PostgresConnection) throws {
        guard !events.isEmpty else { return }
        guard let head = try connection.first("SELECT sequence, hash FROM audit_head FOR UPDATE") else {
            throw BedelError.internalFailure("the audit trail has no head")
        }
        var sequence: Int64 = try head.value("sequence")
        var end: Digest = try head.value("hash")
        var lines: [AuditInsertion] = []
        for event in events.map(\.keepable) {
            sequence += 1
            let hash = hash(sequence: sequence, event: event, previous: end)
            lines.append(AuditInsertion(AuditRecord(sequence: sequence, event: event, previous: end, hash: hash)))
            end = hash
        }
        try connection.execute(
            """
            INSERT INTO audit (sequence, at, actor, actor_name, action, resource, profile, outcome, reason, facts,
                request_id, remote_address, previous, hash)
            SELECT sequence, at, actor, actor_name, action, resource, profile, outcome, reason, facts, request_id,
                remote_address, previous, hash
            FROM jsonb_to_recordset(\(JSONText.encode(lines))::jsonb) AS line (sequence bigint, at timestamptz,
                actor text, actor_name text, action text, resource text, profile text, outcome text, reason text,
                facts jsonb, request_id text, remote_address text, previous text, hash text)
            """)
        try connection.execute("UPDATE audit_head SET sequence = \(sequence), hash = \(end)")
    }
}

/// A record as the statement that appends it reads it; the names are the columns'.
private struct AuditInsertion: Encodable {
    let sequence: Int64
    let at: String
    let actor: String?
    let actor_name: String
    let action: String
    let resource: String
    let profile: String?
    let outcome: String
    let reason: String
    let facts: [String: String]
    let request_id: String
    let remote_address: String
    let previous: String
    let hash: String

    init(_ record: AuditRecord) {
        let event = record.event
        sequence = record.sequence
        at = event.at.sqlText
        actor = event.actor?.rawValue
        actor_name = event.actorName
        action = event.action
        resource = event.resource
        profile = event.profile?.rawValue
        outcome = event.outcome.rawValue
        reason = event.reason
        facts = event.facts
        request_id = event.requestID
        remote_address = event.remoteAddress
        previous = record.previous.hex
        hash = record.hash.hex
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
