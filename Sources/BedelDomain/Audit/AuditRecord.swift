/// An event in its place in the chain.
package struct AuditRecord: Hashable, Sendable, Codable {
    /// 1, 2, 3, … without a gap.
    package let sequence: Int64
    package let event: AuditEvent
    /// Hash of the record before; 64 zeros for the first.
    package let previous: Digest
    package let hash: Digest

    package init(sequence: Int64, event: AuditEvent, previous: Digest, hash: Digest) {
        self.sequence = sequence
        self.event = event
        self.previous = previous
        self.hash = hash
    }

    package static let genesis = Digest(bytes: Array(repeating: 0, count: 32))

    /// The bytes whose SHA-256 is ``hash``. Every field is preceded by its length in bytes, so that no two different
    /// records have the same bytes; facts are in the order of their names.
    package static func hashedBytes(sequence: Int64, event: AuditEvent, previous: Digest) -> [UInt8] {
        hashedBytes(sequence: sequence, event: hashedBytes(of: event), previous: previous)
    }

    /// - Parameter event: its part of the bytes.
    package static func hashedBytes(sequence: Int64, event: [UInt8], previous: Digest) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(128 + event.count)
        for field in ["bedel-audit-1", String(sequence), previous.hex] { append(field, to: &bytes) }
        return bytes + event
    }

    /// An event's part of the bytes, which is the same wherever in the chain it stands.
    package static func hashedBytes(of event: AuditEvent) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(512)
        for field in [
            event.at.rfc3339(fraction: true), event.actor?.rawValue ?? "", event.actorName, event.action,
            event.resource,
            event.profile?.rawValue ?? "", event.outcome.rawValue, event.reason, event.requestID, event.remoteAddress,
        ] { append(field, to: &bytes) }
        for (name, value) in event.facts.sorted(by: { $0.key < $1.key }) {
            append(name, to: &bytes)
            append(value, to: &bytes)
        }
        return bytes
    }

    private static func append(_ field: String, to bytes: inout [UInt8]) {
        bytes += String(field.utf8.count).utf8
        bytes.append(UInt8(ascii: ":"))
        bytes += field.utf8
    }
}
