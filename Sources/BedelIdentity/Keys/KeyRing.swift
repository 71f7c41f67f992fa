internal import OpenSSL

/// The keys that seal cookies and what rests in the database: the first seals, all of them open, so that a new key logs
/// nobody out.
package struct KeyRing: Sendable {
    enum Purpose: String, CaseIterable {
        case sessionCookie = "bedel session cookie v1"
        case idToken = "bedel id token at rest v1"
        case refreshToken = "bedel refresh token at rest v1"
        case postedAnswer = "bedel posted sign-in answer v1"
    }

    struct Key {
        let id: String
        let secret: [UInt8]
    }

    private let ids: [String]
    private let derived: [String: [Purpose: [UInt8]]]

    /// - Precondition: at least one key.
    init(_ keys: [Key]) {
        precondition(!keys.isEmpty, "a key ring holds at least one key")
        ids = keys.map(\.id)
        let each = keys.map { key in
            (
                key.id,
                Dictionary(
                    uniqueKeysWithValues: Purpose.allCases.map { purpose in
                        (purpose, HKDF.derive(from: key.secret, info: purpose.rawValue, count: AESGCM.keySize))
                    })
            )
        }
        derived = Dictionary(each, uniquingKeysWith: { first, _ in first })
    }

    /// - Parameter context: what it belongs to; must be the same when it is opened.
    /// - Returns: `<key id>.<base64url>`.
    func seal(_ bytes: [UInt8], for purpose: Purpose, context: String) -> String {
        let id = ids[0]
        guard let key = derived[id]?[purpose] else { preconditionFailure("every key has a part for every purpose") }
        return id + "." + Base64.urlEncoded(AESGCM.seal(bytes, key: key, context: Array("\(id).\(context)".utf8)))
    }

    /// Nil when it was not sealed so, or by a key that is gone.
    func open(_ text: String, for purpose: Purpose, context: String) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let key = derived[String(parts[0])]?[purpose], let sealed = Base64.urlDecoded(parts[1])
        else { return nil }
        return AESGCM.open(sealed, key: key, context: Array("\(parts[0]).\(context)".utf8))
    }
}
