package import BedelDomain
internal import OpenSSL

/// Signs receipts with Ed25519, and checks them for as long as the key (`receipt.pem`) is kept.
package struct ReceiptService: ReceiptSigner {
    private let signer: TokenSigner
    private let issuer: String

    /// - Parameter directory: holds the key, or will. Back it up: receipts signed with a lost key prove nothing.
    package init(directory: KeyDirectory, configuration: IdentityConfiguration) throws(BedelError) {
        signer = try TokenSigner(
            key: try directory.signingKey("receipt", .ed25519), algorithm: .edDSA, type: "bedel-receipt+jws")
        issuer = configuration.base.text
    }

    /// The public key as a JWK set (RFC 7517), JSON: whoever has it can check a receipt without us.
    package var publicKeys: String { signer.keySet }

    package func sign(_ receipt: Receipt) throws -> String {
        try signer.sign([
            "iss": .string(issuer),
            "version": .string(receipt.version.rawValue),
            "profile": .string(receipt.profile.rawValue),
            "model": .string(receipt.model.rawValue),
            "number": .integer(Int64(receipt.number)),
            "user": .string(receipt.user.rawValue),
            "login": .string(receipt.login),
            "bundle": .string(receipt.bundle.hex),
            "size": .integer(receipt.size),
            "source": .string(receipt.source.rawValue),
            "received_at": .string(receipt.receivedAt.rfc3339(fraction: true)),
            "sequence": .integer(receipt.sequence),
        ])
    }

    /// - Throws: ``BedelError`` `invalidToken` unless we signed exactly this.
    package func verify(_ text: String) throws(BedelError) -> Receipt {
        guard let claims = try? signer.verify(text), claims["iss"]?.string == issuer, let receipt = Self.receipt(claims)
        else {
            throw BedelError(
                .invalidToken, "This is no receipt of ours, or it has been changed.",
                next: "Compare it with the one you were given.")
        }
        return receipt
    }

    private static func receipt(_ claims: JSONValue) -> Receipt? {
        guard let version = claims["version"]?.string.flatMap(Version.ID.init),
            let profile = claims["profile"]?.string.flatMap(Label.init),
            let model = claims["model"]?.string.flatMap(Label.init),
            let number = claims["number"]?.integer, let user = claims["user"]?.string.flatMap(User.ID.init),
            let login = claims["login"]?.string, let bundle = claims["bundle"]?.string.flatMap(Digest.init(hex:)),
            let size = claims["size"]?.integer,
            let source = claims["source"]?.string.flatMap(Version.Source.init(rawValue:)),
            let receivedAt = claims["received_at"]?.string.flatMap({ Timestamp($0) }),
            let sequence = claims["sequence"]?.integer
        else { return nil }
        return Receipt(
            version: version, profile: profile, model: model, number: Int(number), user: user, login: login,
            bundle: bundle, size: size, source: source, receivedAt: receivedAt, sequence: sequence)
    }
}
