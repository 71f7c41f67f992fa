import BedelDomain
import BedelIdentity
import BedelStore
import Logging

/// The audit trail with its signed checkpoints, which are kept in the database and beside it.
struct CheckpointedTrail: Sendable {
    let log: PostgresAuditLog
    let signer: any CheckpointSigner
    let file: CheckpointFile

    init(_ configuration: ServerConfiguration, _ log: PostgresAuditLog) throws {
        self.log = log
        signer = try IdentityRoom.checkpoints(configuration)
        file = CheckpointFile(path: DataDirectory.checkpoints(in: configuration.data))
    }

    /// Signs where the trail ends now.
    /// - Returns: nil when it has not grown since the last one.
    func sign(at time: Timestamp) async throws -> AuditCheckpoint? {
        guard let head = try await log.head() else { return nil }
        let newest = try await log.checkpoints().last
        if let newest = newest.flatMap({ try? signer.verify($0) }), newest.sequence >= head.sequence { return nil }
        let checkpoint = AuditCheckpoint(sequence: head.sequence, hash: head.hash, at: time)
        let signature = try signer.sign(checkpoint)
        // The file first: what only the database knows can be cut off there.
        try file.append(signature)
        try await log.keep(checkpoint, signature: signature)
        return checkpoint
    }

    /// Walks the whole trail.
    /// - Returns: what was found, nil when it is whole; and how many checkpoints it was held against.
    func check() async throws -> (finding: AuditFinding?, checkpoints: Int) {
        let inDatabase = try await log.checkpoints()
        let (checkpoints, forged) = Self.verified(Set(inDatabase).union(try file.signatures()), by: signer)
        if let finding = try await log.finding(against: checkpoints) { return (finding, checkpoints.count) }
        return (forged, checkpoints.count)
    }

    /// Those with our signature, and what to say of the first without.
    static func verified(
        _ signatures: Set<String>, by signer: any CheckpointSigner
    ) -> (checkpoints: [AuditCheckpoint], forged: AuditFinding?) {
        let checkpoints = signatures.compactMap { try? signer.verify($0) }.sorted { $0.sequence < $1.sequence }
        let isForged = checkpoints.count < signatures.count
        // What is forged names no row that could be believed; it stands behind the last good one.
        return (
            checkpoints, isForged ? AuditFinding(.forgedCheckpoint, at: (checkpoints.last?.sequence ?? 0) + 1) : nil
        )
    }
}

/// The trail as the console sees it: what it asks to be checked is held against the checkpoints too.
struct CheckpointedAuditLog: AuditLog {
    let trail: CheckpointedTrail

    func append(_ event: AuditEvent) async throws { try await trail.log.append(event) }
    func records(matching filter: AuditFilter, limit: Int) async throws -> [AuditRecord] {
        try await trail.log.records(matching: filter, limit: limit)
    }
    func firstBroken() async throws -> Int64? { try await trail.check().finding?.sequence }
}
