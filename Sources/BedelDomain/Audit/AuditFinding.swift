/// The first place where the audit trail is not as it was written.
package struct AuditFinding: Hashable, Sendable, CustomStringConvertible {
    package enum Kind: String, Hashable, Sendable {
        /// The record is not what was hashed, or does not follow the one before.
        case changed
        /// There is no record of that number, and there are later ones.
        case missing
        /// Records from that number on are gone, though the head or a checkpoint has seen them.
        case cutOff = "cut-off"
        /// Records from that number on were added behind the head.
        case added
        /// The record's hash is not the one that was signed: the trail was written anew.
        case rewritten
        /// A checkpoint for that number does not have our signature.
        case forgedCheckpoint = "forged-checkpoint"
    }

    /// From 1.
    package let sequence: Int64
    package let kind: Kind

    package init(_ kind: Kind, at sequence: Int64) {
        self.sequence = sequence
        self.kind = kind
    }

    package var description: String {
        switch kind {
        case .changed: "Row \(sequence) was changed, or is not where it was written."
        case .missing: "Row \(sequence) was removed."
        case .cutOff: "Row \(sequence) and all after it were cut off."
        case .added: "Row \(sequence) was added behind the end of the trail."
        case .rewritten: "Row \(sequence) is not the one that was signed: the trail was written anew."
        case .forgedCheckpoint: "The checkpoint of row \(sequence) was not signed by this server."
        }
    }
}
