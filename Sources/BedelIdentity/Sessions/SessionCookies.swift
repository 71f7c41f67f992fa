internal import BedelDomain

/// The session cookie's value: the session's id, sealed for one host. A cookie of another host, another installation or
/// another time opens nothing, and nobody can make one.
struct SessionCookies: Sendable {
    /// What we make is about 110 bytes; anything much longer is not ours.
    private static let maximumSize = 256
    let keys: KeyRing

    func seal(_ session: Session.ID, host: String) -> String {
        keys.seal(Array(session.rawValue.utf8), for: .sessionCookie, context: host.lowercased())
    }

    func open(_ value: String, host: String) -> Session.ID? {
        guard value.utf8.count <= Self.maximumSize,
            let bytes = keys.open(value, for: .sessionCookie, context: host.lowercased())
        else { return nil }
        return Session.ID(String(decoding: bytes, as: UTF8.self))
    }
}
