import OpenSSL

@testable import BedelIdentity

/// Keys made when the fuzzer starts: no input, however long a corpus has grown, can hold a signature of theirs.
struct FuzzKeys: Sendable {
    struct Key: Sendable {
        let id: String
        let algorithm: SignatureAlgorithm
        let key: PrivateKey

        /// A compact JWS over any header and payload, whether they make sense or not.
        func sign(header: some Sequence<UInt8>, payload: some Sequence<UInt8>) throws -> String {
            let input = Base64.urlEncoded(Array(header)) + "." + Base64.urlEncoded(Array(payload))
            return input + "." + Base64.urlEncoded(try key.sign(Array(input.utf8), by: algorithm))
        }

        var header: String { #"{"alg":"\#(algorithm.rawValue)","kid":"\#(id)"}"# }
    }

    /// The quick ones to sign with come first.
    let keys: [Key]
    let set: JSONWebKeySet

    static let shared: Result<FuzzKeys, any Error> = Result { try FuzzKeys() }

    private init() throws {
        let rsa = try PrivateKey.generate(.rsa2048)
        keys = [
            Key(id: "ed", algorithm: .edDSA, key: try .generate(.ed25519)),
            Key(id: "ec", algorithm: .es256, key: try .generate(.p256)),
            Key(id: "rs", algorithm: .rs256, key: rsa),
            Key(id: "ps", algorithm: .ps256, key: try .generate(.rsa2048)),
        ]
        let members = keys.map { key in
            var members = JSONWebKey.members(of: key.key.publicKey, for: key.algorithm).object ?? [:]
            members["kid"] = .string(key.id)
            return JSONValue.object(members)
        }
        let text = JSONValue.object(["keys": .array(members)]).text
        guard let set = JSONWebKeySet(Array(text.utf8)), set.keys.count == keys.count else {
            throw FuzzFinding("our own key set is not taken for one")
        }
        self.set = set
    }
}
