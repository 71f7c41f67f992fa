internal import BedelDomain

struct InstanceRepresentation: Represented {
    static let name = "Instance"
    static let members: [String: Schema] = [
        "id": .string, "profile": .string, "model": .string, "version": .integer, "state": .string, "since": .string,
        "restarts": .integer, "fault": .optional(FaultRepresentation.schema),
    ]
    let id: String
    let profile: String
    let model: String
    let version: Int
    let state: String
    let since: String
    let restarts: Int
    let fault: FaultRepresentation?

    init(_ instance: Instance) {
        id = instance.id.rawValue
        profile = instance.profile.rawValue
        model = instance.model.rawValue
        version = instance.number
        state = instance.state.rawValue
        since = instance.since.description
        restarts = instance.restarts
        fault = instance.fault.map(FaultRepresentation.init)
    }
}

struct AuditRepresentation: Represented {
    static let name = "AuditRecord"
    static let members: [String: Schema] = [
        "sequence": .integer, "at": .string, "actor": .string, "action": .string, "resource": .string,
        "profile": .optional(.string), "outcome": .string, "reason": .string, "facts": .map(.string),
        "request_id": .string,
        "remote_address": .string, "previous": .string, "hash": .string,
    ]
    let sequence: Int64
    let at: String
    let actor: String
    let action: String
    let resource: String
    /// By its name of that time.
    let profile: String?
    let outcome: String
    let reason: String
    let facts: [String: String]
    let requestId: String
    let remoteAddress: String
    let previous: String
    let hash: String

    init(_ record: AuditRecord) {
        let event = record.event
        sequence = record.sequence
        at = event.at.rfc3339(fraction: true)
        actor = event.actorName
        action = event.action
        resource = event.resource
        profile = event.profile?.rawValue
        outcome = event.outcome.rawValue
        reason = event.reason
        facts = event.facts
        requestId = event.requestID
        remoteAddress = event.remoteAddress
        previous = record.previous.hex
        hash = record.hash.hex
    }
}

/// Limits and use: of the profile, or of one person.
struct QuotaRepresentation: Represented {
    static let name = "Quota"
    static let members: [String: Schema] = [
        "of": .string, "limits": .map(.integer), "used": .map(.integer),
    ]
    /// `profile`, or a login.
    let of: String
    /// By unit; what is missing has no limit.
    let limits: [String: Int64]
    let used: [String: Int64]

    init(_ holder: String, _ allowance: Allowance) {
        of = holder
        limits = Self.named(allowance.quota.limits)
        used = Self.named(allowance.usage.amounts)
    }

    private static func named(_ amounts: [Quota.Unit: Int64]) -> [String: Int64] {
        Dictionary(uniqueKeysWithValues: amounts.map { ($0.key.rawValue, $0.value) })
    }
}
