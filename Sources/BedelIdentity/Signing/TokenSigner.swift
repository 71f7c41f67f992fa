internal import BedelDomain
internal import OpenSSL

/// Signs compact JWS with one key of ours, and checks what it or its neighbours in time have signed.
struct TokenSigner: Sendable {
    let algorithm: SignatureAlgorithm
    /// What our tokens of this kind call themselves in `typ`, so that none passes for another (RFC 8725, section 3.11).
    let type: String
    private let key: PrivateKey
    private let header: String
    private let verificationKeys: [JSONWebKey]

    /// - Parameter others: keys that do not sign, but whose signatures count, and that are published.
    init(
        key: PrivateKey, others: [PrivateKey] = [], algorithm: SignatureAlgorithm, type: String
    ) throws(BedelError) {
        var published: [JSONValue] = []
        for key in [key] + others {
            let members = JSONWebKey.members(of: key.publicKey, for: algorithm)
            if !published.contains(members) { published.append(members) }
        }
        let verificationKeys = published.compactMap(JSONWebKey.init)
        guard verificationKeys.count == published.count, let id = verificationKeys[0].id else {
            throw .internalFailure("the \(type) key is not one for \(algorithm.rawValue)")
        }
        let members: JSONValue = ["alg": .string(algorithm.rawValue), "typ": .string(type), "kid": .string(id)]
        self.algorithm = algorithm
        self.type = type
        self.key = key
        self.verificationKeys = verificationKeys
        header = Base64.urlEncoded(Array(members.text.utf8))
        keySet = JSONValue.object(["keys": .array(published)]).text
    }

    /// The public keys as a JWK set (RFC 7517, section 5).
    let keySet: String

    func sign(_ payload: JSONValue) throws(BedelError) -> String {
        let input = header + "." + Base64.urlEncoded(Array(payload.text.utf8))
        do throws(CryptoError) {
            return input + "." + Base64.urlEncoded(try key.sign(Array(input.utf8), by: algorithm))
        } catch {
            throw .internalFailure("cannot sign \(type): \(error)")
        }
    }

    /// - Throws: ``TokenFault`` for everything that this key has not signed as a token of this type.
    func verify(_ text: String) throws(TokenFault) -> JSONValue {
        let token = try JSONWebSignature(compact: text)
        guard token.type == type else { throw .wrongType }
        guard let key = verificationKeys.first(where: { $0.id == token.keyID }) else { throw .unknownKey }
        guard token.isSigned(with: key) else { throw .badSignature }
        return try token.readClaims()
    }
}
