internal import OpenSSL

/// The keys a provider publishes (RFC 7517, section 5), as far as they are any good.
struct JSONWebKeySet: Sendable {
    /// Keys looked at in one set; the rest is ignored.
    static let maximumKeys = 64

    let keys: [JSONWebKey]

    /// Nil when it is no key set at all. A bad key is left out and disables no other; a `kid` that stands there twice
    /// names neither, since nobody can say which is meant.
    init?(_ bytes: [UInt8]) {
        guard let listed = JSONReader.read(bytes)?["keys"]?.array else { return nil }
        let usable = listed.prefix(Self.maximumKeys).compactMap(JSONWebKey.init)
        let names = Dictionary(grouping: usable.compactMap(\.id), by: \.self)
        keys = usable.filter { key in key.id.map { names[$0]?.count == 1 } ?? true }
    }

    /// The one key a token is checked with.
    ///
    /// Without `kid` only when a single key fits the algorithm: trying one key after the other would let whoever adds a
    /// key speak for all (OpenID Connect Core, section 10.1).
    func key(id: String?, for algorithm: SignatureAlgorithm) -> JSONWebKey? {
        if let id { return key(named: id) }
        let fitting = keys.filter { $0.allows(algorithm) }
        return fitting.count == 1 ? fitting[0] : nil
    }

    func key(named id: String) -> JSONWebKey? { keys.first { $0.id == id } }
}
