import OpenSSL

@testable import BedelIdentity

/// A provider's signing key, able to sign anything, sensible or not.
struct TestKey: Sendable {
    let id: String?
    let algorithm: SignatureAlgorithm
    let key: PrivateKey

    /// Keys are dear to make (RSA above all), so tests share these.
    static let rsa = TestKey(id: "rsa-1", algorithm: .rs256, key: generate(.rsa2048))
    static let otherRSA = TestKey(id: "rsa-2", algorithm: .rs256, key: generate(.rsa2048))
    static let ec = TestKey(id: "ec-1", algorithm: .es256, key: generate(.p256))
    static let ed = TestKey(id: "ed-1", algorithm: .edDSA, key: generate(.ed25519))

    init(id: String?, algorithm: SignatureAlgorithm, key: PrivateKey) {
        self.id = id
        self.algorithm = algorithm
        self.key = key
    }

    private static func generate(_ kind: PrivateKey.Kind) -> PrivateKey {
        do { return try PrivateKey.generate(kind) } catch { preconditionFailure("\(error)") }
    }

    func named(_ id: String?) -> TestKey { TestKey(id: id, algorithm: algorithm, key: key) }
    func using(_ algorithm: SignatureAlgorithm) -> TestKey { TestKey(id: id, algorithm: algorithm, key: key) }

    /// As it stands in a key set.
    var members: [String: JSONValue] {
        var members = JSONWebKey.members(of: key.publicKey, for: algorithm).object ?? [:]
        members["kid"] = id.map(JSONValue.string)
        return members
    }

    var header: [String: JSONValue] {
        var header: [String: JSONValue] = ["alg": .string(algorithm.rawValue), "typ": "JWT"]
        header["kid"] = id.map(JSONValue.string)
        return header
    }

    func sign(_ claims: [String: JSONValue], header: [String: JSONValue]? = nil) throws -> String {
        try sign(payload: JSONValue.object(claims).text, header: JSONValue.object(header ?? self.header).text)
    }

    /// Signs bytes that need not be JSON.
    func sign(payload: String, header: String) throws -> String {
        let input = Base64.urlEncoded(Array(header.utf8)) + "." + Base64.urlEncoded(Array(payload.utf8))
        return input + "." + Base64.urlEncoded(try key.sign(Array(input.utf8), by: algorithm))
    }
}
