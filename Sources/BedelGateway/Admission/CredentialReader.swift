internal import BedelDomain

/// Finds the one credential that counts on a route. Which ones count is part of the route's rules: a session never
/// works where programs are served, a password only where git is.
final class CredentialReader: Sendable {
    private let cookieName: [UInt8]
    private static let limit = 16 * 1024

    init(isSecure: Bool) { cookieName = Array(CookieName.session(secure: isSecure).utf8) }

    /// - Returns: nil for nobody in particular.
    /// - Throws: `invalidToken` for a credential that is none here; `invalidRequest` for two of them.
    func credential(of request: NormalRequest, on route: Route) throws(BedelError) -> Credential? {
        switch route.kind {
        case .git: return try authorization(request, allowsBasic: true)
        case .modelForPrograms: return try authorization(request, allowsBasic: false)
        case .passage: return session(request)
        case .service where route.leavesAuthorizationToUpstream:
            if let session = session(request) { return session }
            return try authorization(request, allowsBasic: false)
        case .console, .modelForBrowsers, .service:
            if let token = try authorization(request, allowsBasic: false) { return token }
            return session(request)
        }
    }

    /// A bearer token, as it stands there, where no other credential goes before it: unread, and good for nothing but
    /// to be compared with tokens that were read.
    /// - Throws: `invalidRequest` for two of them.
    func bearer(of request: NormalRequest, on route: Route) throws(BedelError) -> ArraySlice<UInt8>? {
        guard route.kind != .passage, !route.leavesAuthorizationToUpstream,
            let value = try request.head.block.single(.authorization, called: "Authorization"), value.count > 7,
            value.prefix(7).matches(lowercase: "bearer ")
        else { return nil }
        return value.dropFirst(7)
    }

    private func authorization(_ request: NormalRequest, allowsBasic: Bool) throws(BedelError) -> Credential? {
        guard let value = try request.head.block.single(.authorization, called: "Authorization") else { return nil }
        guard let space = value.firstIndex(of: 0x20) else { throw Self.unreadable }
        let scheme = value[..<space]
        let token = value[(space + 1)...]
        guard !token.isEmpty, token.count <= Self.limit, token.allSatisfy(ByteClass.token68.contains) else {
            throw Self.unreadable
        }
        if scheme.matches(lowercase: "bearer") { return .bearer(token.text) }
        guard allowsBasic, scheme.matches(lowercase: "basic") else { throw Self.unreadable }
        return try Self.basic(token)
    }

    /// RFC 7617, section 2: user and password, a colon between.
    private static func basic(_ token: ArraySlice<UInt8>) throws(BedelError) -> Credential {
        guard let bytes = Base64.decode(token), let text = String(validating: bytes, as: UTF8.self),
            let colon = text.utf8.firstIndex(of: UInt8(ascii: ":"))
        else { throw unreadable }
        return .basic(user: String(text[..<colon]), password: String(text[text.utf8.index(after: colon)...]))
    }

    /// The session cookie. When it stands there twice, another host of the same site planted one of them, and nobody
    /// can tell which: then it counts as none.
    private func session(_ request: NormalRequest) -> Credential? {
        var found: ArraySlice<UInt8>?
        for value in request.head.block.values(of: .cookie) {
            for cookie in Cookies.pairs(value) where cookie.name.elementsEqual(cookieName) {
                guard found == nil else { return nil }
                found = cookie.value
            }
        }
        guard let found, !found.isEmpty, found.count <= Self.limit else { return nil }
        return .cookie(found.text, host: request.authority)
    }

    private static let unreadable = BedelError(
        .invalidToken, "The Authorization header is not one that works here.",
        next: "Send “Authorization: Bearer” and an access token from your tokens page.")
}
