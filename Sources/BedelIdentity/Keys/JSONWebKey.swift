internal import OpenSSL

/// A public key of a provider's (RFC 7517) that may check signatures, bound to the algorithms it is for before any
/// signature is computed (RFC 8725, section 3.1).
struct JSONWebKey: Sendable {
    let id: String?
    let publicKey: PublicKey
    private let checks: [SignatureAlgorithm: SignatureCheck]

    /// Nil when it is not for us: a secret (`oct`), for encryption, of a kind or curve we do not know, too weak, or
    /// broken.
    init?(_ value: JSONValue) {
        guard let members = value.object, let type = members["kty"]?.string, Self.isForVerifying(members),
            let publicKey = Self.publicKey(type, members)
        else { return nil }
        let possible = SignatureAlgorithm.allCases.filter { $0.accepts(publicKey.kind) }
        let algorithms: [SignatureAlgorithm]
        switch members["alg"] {
        case nil: algorithms = possible
        case .some(let named):
            guard let name = named.string, let one = SignatureAlgorithm(rawValue: name), possible.contains(one) else {
                return nil
            }
            algorithms = [one]
        }
        switch members["kid"] {
        case nil: id = nil
        case .some(let named):
            guard let name = named.string, name.utf8.count <= 255 else { return nil }
            id = name
        }
        self.publicKey = publicKey
        checks = Dictionary(
            uniqueKeysWithValues: algorithms.compactMap { algorithm in
                SignatureCheck(publicKey, by: algorithm).map { (algorithm, $0) }
            })
    }

    func allows(_ algorithm: SignatureAlgorithm) -> Bool { checks[algorithm] != nil }

    /// Whether the signature is this key's, by an algorithm that it is for.
    func verifies(_ signature: [UInt8], of message: [UInt8], by algorithm: SignatureAlgorithm) -> Bool {
        checks[algorithm]?.verifies(signature, of: message) ?? false
    }

    /// `use` and `key_ops` (RFC 7517, sections 4.2 and 4.3).
    private static func isForVerifying(_ members: [String: JSONValue]) -> Bool {
        if let use = members["use"], use.string != "sig" { return false }
        if let operations = members["key_ops"] {
            guard let names = operations.strings, names.contains("verify") else { return false }
        }
        return true
    }

    private static func publicKey(_ type: String, _ members: [String: JSONValue]) -> PublicKey? {
        func part(_ name: String) -> [UInt8]? { members[name]?.string.flatMap { Base64.urlDecoded($0) } }
        switch type {
        case "RSA":
            guard let modulus = part("n"), let exponent = part("e") else { return nil }
            return try? .rsa(modulus: modulus, exponent: exponent)
        case "EC":
            guard let curve = members["crv"]?.string.flatMap(Curve.init(rawValue:)), let x = part("x"),
                let y = part("y")
            else { return nil }
            return try? .ec(curve, x: x, y: y)
        case "OKP":
            guard members["crv"]?.string == "Ed25519", let x = part("x") else { return nil }
            return try? .ed25519(x)
        default: return nil
        }
    }
}

extension JSONWebKey {
    /// The members of a public key of our own, with its thumbprint (RFC 7638) as `kid`.
    static func members(of key: PublicKey, for algorithm: SignatureAlgorithm) -> JSONValue {
        var members = identifyingMembers(of: key)
        members["kid"] = .string(thumbprint(of: key))
        members["use"] = "sig"
        members["alg"] = .string(algorithm.rawValue)
        return .object(members)
    }

    static func thumbprint(of key: PublicKey) -> String {
        Base64.urlEncoded(SHA256.digest(of: Array(JSONValue.object(identifyingMembers(of: key)).text.utf8)))
    }

    private static func identifyingMembers(of key: PublicKey) -> [String: JSONValue] {
        var members = key.components.mapValues { JSONValue.string(Base64.urlEncoded($0)) }
        switch key.kind {
        case .rsa: members["kty"] = "RSA"
        case .ec(let curve):
            members["kty"] = "EC"
            members["crv"] = .string(curve.rawValue)
        case .ed25519:
            members["kty"] = "OKP"
            members["crv"] = "Ed25519"
        }
        return members
    }
}
