package import BedelDomain

/// Walks along the chain, record by record, and stops at the first that does not fit. A value that is told what is there;
/// it reads nothing itself, so that a trail in a file is checked by the same rules as one in a database.
package struct AuditChainCheck: Sendable {
    private var last: Int64 = 0
    private var hash = AuditRecord.genesis
    private let signed: [Int64: Digest]
    private let newestSigned: Int64

    /// - Parameter checkpoints: whose signatures have been checked.
    package init(checkpoints: [AuditCheckpoint] = []) {
        signed = Dictionary(checkpoints.map { ($0.sequence, $0.hash) }, uniquingKeysWith: { first, _ in first })
        newestSigned = checkpoints.map(\.sequence).max() ?? 0
    }

    /// The hash a record with these fields has.
    package static func hash(sequence: Int64, event: AuditEvent, previous: Digest) -> Digest {
        AuditChain.hash(sequence: sequence, event: event, previous: previous)
    }

    /// The sequence number the next record must have.
    package var expected: Int64 { last + 1 }

    /// - Parameter record: nil when what stands there cannot be read as one.
    /// - Returns: what is wrong with it; nil when it fits.
    package mutating func finding(at record: AuditRecord?) -> AuditFinding? {
        guard let record else { return AuditFinding(.changed, at: expected) }
        guard record.sequence <= expected else { return AuditFinding(.missing, at: expected) }
        guard record.sequence == expected, record.previous == hash,
            record.hash == AuditChain.hash(sequence: record.sequence, event: record.event, previous: record.previous)
        else { return AuditFinding(.changed, at: expected) }
        if let signed = signed[record.sequence], signed != record.hash {
            return AuditFinding(.rewritten, at: record.sequence)
        }
        last = record.sequence
        hash = record.hash
        return nil
    }

    /// What is wrong with the end of the chain, after its last record; nil when nothing is.
    ///
    /// - Parameter head: where the database says that it ends; nil when there is no database to say so.
    package func finding(endingAt head: (sequence: Int64, hash: Digest?)? = nil) -> AuditFinding? {
        if newestSigned > last { return AuditFinding(.cutOff, at: expected) }
        guard let head else { return nil }
        if last < head.sequence { return AuditFinding(.cutOff, at: expected) }
        if last > head.sequence { return AuditFinding(.added, at: head.sequence + 1) }
        return hash == head.hash ? nil : AuditFinding(.changed, at: max(1, last))
    }
}
