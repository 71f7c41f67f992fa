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
    private let payload: [UInt8]
    private let signingInput: [UInt8]
    private let signature: [UInt8]

    /// - Parameter isPossible: asked about the `kid` in the header before anything else is read.
    init(compact token: String, isPossible: (String) -> Bool = { _ in true }) throws(TokenFault) {
        let bytes = Array(token.utf8)
        guard bytes.count <= Self.maximumSize else { throw .tooLarge }
        guard let parts = Self.parts(of: bytes), let header = Base64.urlDecoded(bytes[parts.header]) else {
            throw .malformed
        }
        guard let members = JSONReader.read(header)?.object else { throw .notJSON }
        // Every extension that must be understood is one we do not understand (RFC 7515, section 4.1.11; RFC 7797).
        guard members["crit"] == nil, members["b64"] == nil else { throw .criticalHeader }
        guard let name = members["alg"]?.string, let algorithm = SignatureAlgorithm(rawValue: name) else {
            throw .algorithmNotAllowed
        }
        keyID = try Self.text(members["kid"])
        if let keyID, !isPossible(keyID) { throw .unknownKey }
        guard let payload = Base64.urlDecoded(bytes[parts.payload]),
            let signature = Base64.urlDecoded(bytes[parts.signature])
        else { throw .malformed }
        self.algorithm = algorithm
        type = try Self.text(members["typ"]).map(Self.shortType)
        self.payload = payload
        self.signature = signature
        signingInput = Array(bytes[..<parts.payload.upperBound])
    }

    /// Nil unless there are three at least, and something in the first and the last. A point more is in the one in the middle,
    /// where none may be.
    private static func parts(
        of bytes: [UInt8]
    ) -> (header: Range<Int>, payload: Range<Int>, signature: Range<Int>)? {
        let dot = UInt8(ascii: ".")
        guard let first = bytes.firstIndex(of: dot), let last = bytes.lastIndex(of: dot), first > 0, first < last,
            last < bytes.count - 1
        else { return nil }
        return (0..<first, first + 1..<last, last + 1..<bytes.count)
    }

    /// Whether it is a JWS to look at: three parts. Anything else may be a token that only its maker can read.
    static func hasForm(_ token: String) -> Bool { token.utf8.count { $0 == UInt8(ascii: ".") } == 2 }

    /// What it says, whoever may have written it.
    func readClaims() throws(TokenFault) -> JSONValue {
        guard let claims = JSONReader.read(payload), claims.object != nil else { throw .notJSON }
        return claims
    }

    /// Whether it was signed with that key, by the one algorithm that key is for.
    func isSigned(with key: JSONWebKey) -> Bool {
        key.verifies(signature, of: signingInput, by: algorithm)
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
