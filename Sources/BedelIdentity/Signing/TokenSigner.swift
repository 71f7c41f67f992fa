internal import BedelDomain
internal import OpenSSL

/// Signs and checks compact JWS with one key of ours.
struct TokenSigner: Sendable {
    let algorithm: SignatureAlgorithm
    /// What our tokens of this kind call themselves in `typ`, so that none passes for another (RFC 8725, section 3.11).
    let type: String
    private let key: PrivateKey
    private let header: String
    private let verificationKey: JSONWebKey

    init(key: PrivateKey, algorithm: SignatureAlgorithm, type: String) throws(BedelError) {
        let published = JSONWebKey.members(of: key.publicKey, for: algorithm)
        guard let verificationKey = JSONWebKey(published), let id = verificationKey.id else {
            throw .internalFailure("the \(type) key is not one for \(algorithm.rawValue)")
        }
        let members: JSONValue = ["alg": .string(algorithm.rawValue), "typ": .string(type), "kid": .string(id)]
        self.algorithm = algorithm
        self.type = type
        self.key = key
        self.verificationKey = verificationKey
        header = Base64.urlEncoded(Array(members.text.utf8))
        keySet = JSONValue.object(["keys": .array([published])]).text
    }

    /// The public key as a JWK set (RFC 7517, section 5).
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
        guard token.keyID == verificationKey.id else { throw .unknownKey }
        guard token.isSigned(with: verificationKey) else { throw .badSignature }
        guard let claims = JSONReader.read(token.payload), claims.object != nil else { throw .notJSON }
        return claims
    }
}
