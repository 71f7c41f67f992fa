package import BedelDomain
internal import OpenSSL

/// Signs checkpoints of the audit trail with Ed25519, and checks them for as long as the key (`audit.pem`) is kept.
package struct CheckpointService: CheckpointSigner {
    private let signer: TokenSigner
    private let issuer: String

    /// - Parameter directory: holds the key, or will. Back it up apart from the database: together they could be forged.
    package init(directory: KeyDirectory, configuration: IdentityConfiguration) throws(BedelError) {
        signer = try TokenSigner(
            key: try directory.signingKey("audit", .ed25519), algorithm: .edDSA, type: "bedel-audit+jws")
        issuer = configuration.base.text
    }

    /// The public key as a JWK set (RFC 7517), JSON.
    package var publicKeys: String { signer.keySet }

    package func sign(_ checkpoint: AuditCheckpoint) throws -> String {
        try signer.sign([
            "iss": .string(issuer), "sequence": .integer(checkpoint.sequence), "hash": .string(checkpoint.hash.hex),
            "at": .string(checkpoint.at.rfc3339(fraction: true)),
        ])
    }

    package func verify(_ text: String) throws -> AuditCheckpoint {
        guard let claims = try? signer.verify(text), claims["iss"]?.string == issuer,
            let sequence = claims["sequence"]?.integer, let hash = claims["hash"]?.string.flatMap(Digest.init(hex:)),
            let at = claims["at"]?.string.flatMap({ Timestamp($0) })
        else {
            throw BedelError(
                .invalidToken, "This checkpoint of the audit trail was not signed by this server.",
                next: "Check that the key audit.pem is the one the trail was signed with.")
        }
        return AuditCheckpoint(sequence: sequence, hash: hash, at: at)
    }
}
