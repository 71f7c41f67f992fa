import OpenSSL

@testable import BedelIdentity

/// Whatever a provider publishes: the keys that come out are public, strong, for signatures, and told apart by name; and
/// none of them vouches for a token that was signed with ours.
enum FuzzedKeySet {
    static func run(_ input: [UInt8]) throws {
        guard let set = JSONWebKeySet(input) else { return }
        _ = try SecondReader(input)
        try FuzzFinding.unless(set.keys.count <= JSONWebKeySet.maximumKeys, "more keys than are looked at")
        let names = set.keys.compactMap(\.id)
        try FuzzFinding.unless(Set(names).count == names.count, "one name for two keys")
        for key in set.keys { try check(key) }
        for token in try good.get() {
            let fitting = set.key(id: token.keyID, for: token.algorithm)
            try FuzzFinding.unless(fitting.map(token.isSigned) != true, "a stranger's key checks our signature")
        }
    }

    private static func check(_ key: JSONWebKey) throws(FuzzFinding) {
        let allowed = SignatureAlgorithm.allCases.filter(key.allows)
        try FuzzFinding.unless(!allowed.isEmpty, "a key for nothing")
        try FuzzFinding.unless(
            allowed.allSatisfy { $0.accepts(key.publicKey.kind) }, "an algorithm of another kind of key")
        if case .rsa(let bits) = key.publicKey.kind {
            try FuzzFinding.unless(PublicKey.rsaBits.contains(bits), "an RSA key of \(bits) bits")
        }
        try FuzzFinding.unless(
            JSONWebKey(JSONWebKey.members(of: key.publicKey, for: allowed[0])) != nil, "not readable again")
    }

    private static let good: Result<[JSONWebSignature], any Error> = Result {
        try FuzzKeys.shared.get().keys.map { key in
            try JSONWebSignature(compact: key.sign(header: key.header.utf8, payload: "{}".utf8))
        }
    }
}
