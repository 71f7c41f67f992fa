import BedelDomain
import OpenSSL

@testable import BedelIdentity

/// Tokens of three kinds. The first byte says where this one comes from:
/// - `S`, a digit, a header, a line break, a payload: signed by our key, so that what lies behind the signature is reached;
/// - `M`, a digit, edits (``FuzzEdits``): a good token, changed after it was signed;
/// - `R` and a text: from nowhere. Nobody signed it, so it must never be believed.
struct FuzzedToken {
    let kind: Kind

    enum Kind { case access, identity, logout }

    /// - Returns: whether it was accepted.
    @discardableResult
    func run(_ input: [UInt8]) throws -> Bool {
        let keys = try FuzzKeys.shared.get()
        guard let mode = input.first else { return false }
        let rest = input.dropFirst()
        switch mode {
        case UInt8(ascii: "S"): return try runSigned(rest, keys)
        case UInt8(ascii: "M"): return try runChanged(rest, keys)
        case UInt8(ascii: "R"):
            let believed = read(String(decoding: rest, as: UTF8.self), keys.set)
            try FuzzFinding.unless(believed == nil, "believed a token that nobody signed")
            return false
        default: return false
        }
    }

    private func runSigned(_ rest: ArraySlice<UInt8>, _ keys: FuzzKeys) throws -> Bool {
        guard let digit = rest.first, let end = rest.firstIndex(of: UInt8(ascii: "\n")), end > rest.startIndex else {
            return false
        }
        let key = keys.keys[Int(digit) % 2]
        let (header, payload) = (rest[(rest.startIndex + 1)..<end], rest[(end + 1)...])
        guard let token = read(try key.sign(header: header, payload: payload), keys.set) else { return false }
        try checkHeader(try SecondReader(header), key)
        guard let accepted = accept(token) else { return false }
        try FuzzedClaims(try SecondReader(payload), header: try SecondReader(header)).check(accepted, as: kind)
        return true
    }

    private func runChanged(_ rest: ArraySlice<UInt8>, _ keys: FuzzKeys) throws -> Bool {
        guard let digit = rest.first else { return false }
        let good = try FuzzedToken.good(kind)[Int(digit) % keys.keys.count]
        let changed = FuzzEdits.apply(rest.dropFirst(), to: good)
        let accepted = read(changed, keys.set).flatMap(accept)
        try FuzzFinding.unless(
            (accepted != nil) == changed.utf8.elementsEqual(good.utf8), "a token and its text are not one to one")
        return accepted != nil
    }

    /// What was verified was verified with the key its header names, by the algorithm that key is for.
    private func checkHeader(_ header: SecondReader, _ key: FuzzKeys.Key) throws(FuzzFinding) {
        try FuzzFinding.unless(header.text("alg") == key.algorithm.rawValue, "verified by another algorithm")
        try FuzzFinding.unless(!header.has("kid") || header.text("kid") == key.id, "verified with another key")
        try FuzzFinding.unless(!header.has("crit") && !header.has("b64"), "an extension was not understood")
    }

    /// As `OpenIDProvider.verify`, with the keys at hand.
    private func read(_ text: String, _ keys: JSONWebKeySet) -> VerifiedToken? {
        guard let token = try? JSONWebSignature(compact: text),
            let key = keys.key(id: token.keyID, for: token.algorithm), token.isSigned(with: key),
            let claims = try? token.readClaims()
        else { return nil }
        return VerifiedToken(type: token.type, claims: claims)
    }

    enum Accepted: Equatable {
        case access(subject: String, expiresAt: Timestamp)
        case identity(subject: String)
        case logout(LogoutTokenRules.Content)
    }

    private func accept(_ token: VerifiedToken) -> Accepted? {
        let time = TimeRules(now: FuzzedClaims.now, leeway: FuzzedClaims.leeway)
        switch kind {
        case .access:
            let rules = AccessTokenRules(
                issuer: FuzzedClaims.issuer, audiences: [FuzzedClaims.client], parties: ["cli", FuzzedClaims.client],
                maximumLifetime: FuzzedClaims.maximumLifetime, time: time)
            return (try? rules.check(token)).map { .access(subject: $0.subject, expiresAt: $0.expiresAt) }
        case .identity:
            let rules = IDTokenRules(issuer: FuzzedClaims.issuer, clientID: FuzzedClaims.client, time: time)
            let subject = try? rules.check(
                token, nonce: FuzzedClaims.nonce, accessToken: FuzzedClaims.accessToken, algorithm: .es256)
            return subject.map { .identity(subject: $0) }
        case .logout:
            let rules = LogoutTokenRules(issuer: FuzzedClaims.issuer, clientID: FuzzedClaims.client, time: time)
            return (try? rules.check(token)).map { .logout($0) }
        }
    }

    /// One good token for each key.
    private static func good(_ kind: Kind) throws -> [String] {
        switch kind {
        case .access: try goodAccess.get()
        case .identity: try goodIdentity.get()
        case .logout: try goodLogout.get()
        }
    }

    private static let goodAccess = signed(.access)
    private static let goodIdentity = signed(.identity)
    private static let goodLogout = signed(.logout)

    private static func signed(_ kind: Kind) -> Result<[String], any Error> {
        Result {
            try FuzzKeys.shared.get().keys.map { key in
                try key.sign(header: key.header.utf8, payload: FuzzedClaims.good(kind).utf8)
            }
        }
    }
}
