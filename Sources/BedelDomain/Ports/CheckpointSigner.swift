/// Signs places in the audit trail, so that somebody who can write to the database cannot make another past.
package protocol CheckpointSigner: Sendable {
    /// - Returns: a JWS in compact form (RFC 7515, section 7.1).
    func sign(_ checkpoint: AuditCheckpoint) throws -> String
    /// - Throws: `invalidToken` unless we signed exactly this.
    func verify(_ text: String) throws -> AuditCheckpoint
}
