internal import BedelDomain
internal import OpenSSL

/// How records hang together.
enum AuditChain {
    static func hash(sequence: Int64, event: AuditEvent, previous: Digest) -> Digest {
        hash(sequence: sequence, event: AuditRecord.hashedBytes(of: event), previous: previous)
    }

    private static func hash(sequence: Int64, event: [UInt8], previous: Digest) -> Digest {
        Digest(
            bytes: SHA256.digest(of: AuditRecord.hashedBytes(sequence: sequence, event: event, previous: previous)))
    }

    /// Puts the events at the end of the chain, in this order. Whoever else appends waits until this transaction is over,
    /// so there is no gap and no fork.
    static func append(_ entries: [AuditEntry], on connection: PostgresConnection) throws {
        guard !entries.isEmpty else { return }
        guard let head = try connection.first("SELECT sequence, hash FROM audit_head FOR UPDATE") else {
            throw BedelError.internalFailure("the audit trail has no head")
        }
        var sequence: Int64 = try head.value("sequence")
        var end: Digest = try head.value("hash")
        var rows: [[String?]] = []
        for entry in entries {
            sequence += 1
            let hash = hash(sequence: sequence, event: entry.hashedBytes, previous: end)
            rows.append(entry.row(sequence: sequence, previous: end, hash: hash))
            end = hash
        }
        try connection.copy(rows, into: AuditEntry.columns)
        try connection.execute("UPDATE audit_head SET sequence = \(sequence), hash = \(end)")
    }
}
