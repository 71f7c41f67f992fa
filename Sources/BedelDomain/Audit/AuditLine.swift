/// A line of the audit trail as JSON Lines, wherever it is taken out (`bedel audit export`, the page, a profile's export): a
/// record, or one of the checkpoints behind the last of them.
package struct AuditLine: Codable, Sendable {
    package var sequence: Int64?
    package var at: String?
    package var actor: String?
    package var actorName: String?
    package var action: String?
    package var resource: String?
    package var profile: String?
    package var outcome: String?
    package var reason: String?
    package var facts: [String: String]?
    package var requestID: String?
    package var remoteAddress: String?
    package var previous: String?
    package var hash: String?
    /// A signed checkpoint; such a line has nothing else.
    package var checkpoint: String?

    package enum CodingKeys: String, CodingKey {
        case sequence, at, actor, action, resource, profile, outcome, reason, facts, previous, hash, checkpoint
        case actorName = "actor_name"
        case requestID = "request_id"
        case remoteAddress = "remote_address"
    }

    package init(checkpoint: String) { self.checkpoint = checkpoint }

    package init(_ record: AuditRecord) {
        let event = record.event
        sequence = record.sequence
        at = event.at.rfc3339(fraction: true)
        actor = event.actor?.rawValue
        actorName = event.actorName
        action = event.action
        resource = event.resource
        profile = event.profile?.rawValue
        outcome = event.outcome.rawValue
        reason = event.reason
        facts = event.facts
        requestID = event.requestID
        remoteAddress = event.remoteAddress
        previous = record.previous.hex
        hash = record.hash.hex
    }

    /// Nil when it is not one, or not whole.
    package var record: AuditRecord? {
        guard let sequence, let at = at.flatMap({ Timestamp($0) }), let actorName, let action, let resource,
            let outcome = outcome.flatMap(AuditEvent.Outcome.init), let reason, let facts, let requestID,
            let remoteAddress, let previous = previous.flatMap(Digest.init(hex:)),
            let hash = hash.flatMap(Digest.init(hex:)), let actor = Self.optional(actor, User.ID.init),
            let profile = Self.optional(profile, { Label($0) })
        else { return nil }
        let event = AuditEvent(
            at: at, actor: actor, actorName: actorName, action: action, resource: resource, profile: profile,
            outcome: outcome, reason: reason, facts: facts, requestID: requestID, remoteAddress: remoteAddress)
        return AuditRecord(sequence: sequence, event: event, previous: previous, hash: hash)
    }

    /// Nil when there is a text that is no such value; a nil inside when there is none.
    private static func optional<Value>(_ text: String?, _ read: (String) -> Value?) -> Value?? {
        guard let text else { return .some(nil) }
        return read(text).map { .some($0) }
    }
}
