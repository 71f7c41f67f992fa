internal import OpenSSL

/// A JWS in compact form (RFC 7515, section 7.1), taken apart but not believed.
///
/// `jwk`, `jku`, `x5u` and `x5c` in its header are not looked at: a token does not bring the key it is checked with.
struct JSONWebSignature {
    /// Tokens above this are refused unread. Keycloak's with a hundred groups are about 6 KiB.
    static let maximumSize = 16_384

    let algorithm: SignatureAlgorithm
    let keyID: String?
    /// The media type in the header, lower case, without `application/` (RFC 7515, section 4.1.9).
    let type: String?
    let payload: [UInt8]
    private let signingInput: [UInt8]
    private let signature: [UInt8]

    init(compact token: String) throws(TokenFault) {
        guard token.utf8.count <= Self.maximumSize else { throw .tooLarge }
        let parts = token.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, !parts[0].isEmpty, !parts[2].isEmpty, let header = Base64.urlDecoded(parts[0]),
            let payload = Base64.urlDecoded(parts[1]), let signature = Base64.urlDecoded(parts[2])
        else { throw .malformed }
        guard let members = JSONReader.read(header)?.object else { throw .notJSON }
        // Every extension that must be understood is one we do not understand (RFC 7515, section 4.1.11; RFC 7797).
        guard members["crit"] == nil, members["b64"] == nil else { throw .criticalHeader }
        guard let name = members["alg"]?.string, let algorithm = SignatureAlgorithm(rawValue: name) else {
            throw .algorithmNotAllowed
        }
        self.algorithm = algorithm
        keyID = try Self.text(members["kid"])
        type = try Self.text(members["typ"]).map(Self.shortType)
        self.payload = payload
        self.signature = signature
        signingInput = Array(token.utf8.prefix(parts[0].count + 1 + parts[1].count))
    }

    /// Whether it is a JWS to look at: three parts. Anything else may be a token that only its maker can read.
    static func hasForm(_ token: String) -> Bool { token.utf8.count { $0 == UInt8(ascii: ".") } == 2 }

    /// Whether it was signed with that key, by the one algorithm that key is for.
    func isSigned(with key: JSONWebKey) -> Bool {
        key.allows(algorithm) && key.publicKey.verifies(signature, of: signingInput, by: algorithm)
    }

    /// Absent is nil; anything but a string of at most 255 bytes is a malformed token.
    private static func text(_ value: JSONValue?) throws(TokenFault) -> String? {
        guard let value else { return nil }
        guard let text = value.string, text.utf8.count <= 255 else { throw .malformed }
        return text
    }

    private static func shortType(_ type: String) -> String {
        let lower = type.lowercased()
        return lower.hasPrefix("application/") ? String(lower.dropFirst("application/".count)) : lower
    }
}
