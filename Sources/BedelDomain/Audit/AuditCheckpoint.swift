/// A signed place in the audit trail: at that time, the record of that number had that hash. Kept inside the database and
/// outside of it, so that records cut off the end are missed.
package struct AuditCheckpoint: Hashable, Sendable {
    package let sequence: Int64
    package let hash: Digest
    package let at: Timestamp

    package init(sequence: Int64, hash: Digest, at: Timestamp) {
        self.sequence = sequence
        self.hash = hash
        self.at = at
    }
}
