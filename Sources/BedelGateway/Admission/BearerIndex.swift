internal import BedelDomain

/// Finds who a bearer token belongs to by its bytes in the request: no copy, no string, and no pass over all of it but
/// the one that compares it. Only tokens that were accepted come in here, so nobody can make two of them fall together
/// at will; if two do, the later one has the place, and the other is found the long way.
struct BearerIndex {
    private struct Entry {
        let token: [UInt8]
        let known: KnownPrincipal
        let credential: Credential
    }

    private var entries: [UInt64: Entry] = [:]

    /// - Returns: nil when that token is not known, or not here.
    func find(_ token: ArraySlice<UInt8>) -> (principal: KnownPrincipal, credential: Credential)? {
        guard let entry = entries[Self.fingerprint(token)], entry.token.isSame(as: token) else { return nil }
        return (entry.known, entry.credential)
    }

    mutating func add(_ known: KnownPrincipal, for credential: Credential) {
        guard case .bearer(let text) = credential else { return }
        let token = Array(text.utf8)
        entries[Self.fingerprint(token[...])] = Entry(token: token, known: known, credential: credential)
    }

    mutating func remove(_ credential: Credential) {
        guard case .bearer(let text) = credential else { return }
        let token = Array(text.utf8)
        let fingerprint = Self.fingerprint(token[...])
        if entries[fingerprint]?.token == token { entries[fingerprint] = nil }
    }

    mutating func removeAll() { entries.removeAll(keepingCapacity: true) }

    /// The last bytes of a token are of its signature or its secret.
    private static func fingerprint(_ token: ArraySlice<UInt8>) -> UInt64 {
        token.suffix(16).reduce(UInt64(token.count)) { ($0 << 5 | $0 >> 59) ^ UInt64($1) }
    }
}
