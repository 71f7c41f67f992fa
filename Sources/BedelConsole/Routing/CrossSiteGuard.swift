internal import BedelDomain
internal import HTTPTypes

/// Keeps other sites from acting with somebody's session.
///
/// A request that changes something and is proven by a session cookie must say where it comes from, and that must be
/// this very origin: `Sec-Fetch-Site` (which no page can set) has to be `same-origin` or `none`, and where a browser
/// does not send it, `Origin` has to be ours. When both are missing it is refused. Other hosts of ours are "same-site"
/// and refused too: students' models answer there. No form token is needed besides; whoever could forge these headers
/// is no browser, and has no session.
///
/// Access tokens are exempt: a browser does not send them by itself.
struct CrossSiteGuard: Sendable {
    let origin: String

    /// - Throws: `crossSite`.
    func check(_ headers: HTTPFields, proof: Principal.Proof) throws(BedelError) {
        guard case .session = proof else { return }
        if let site = headers[.secFetchSite] {
            guard site == "same-origin" || site == "none" else { throw Self.refusal }
            return
        }
        guard let origin = headers[.origin], origin == self.origin else { throw Self.refusal }
    }

    private static let refusal = BedelError(
        .crossSite, "This request did not come from a page of Bedel's.",
        next: "Open the page on Bedel itself and do it there; for programs, use an access token.")
}

extension HTTPField.Name {
    static var secFetchSite: HTTPField.Name { known("Sec-Fetch-Site") }
    static var assertion: HTTPField.Name { known("X-Bedel-Assertion") }
    static var requestID: HTTPField.Name { known("X-Request-Id") }
    static var forwardedFor: HTTPField.Name { known("X-Forwarded-For") }
    static var forwardedHost: HTTPField.Name { known("X-Forwarded-Host") }
    static var gitProtocol: HTTPField.Name { known("Git-Protocol") }
    static var referrerPolicy: HTTPField.Name { known("Referrer-Policy") }
    static var permissionsPolicy: HTTPField.Name { known("Permissions-Policy") }
    static var openerPolicy: HTTPField.Name { known("Cross-Origin-Opener-Policy") }
    static var resourcePolicy: HTTPField.Name { known("Cross-Origin-Resource-Policy") }
    static var lastEventID: HTTPField.Name { known("Last-Event-ID") }
    static var accelBuffering: HTTPField.Name { known("X-Accel-Buffering") }

    /// - Precondition: a token in the sense of RFC 9110, section 5.1; only the literals above come here.
    private static func known(_ name: String) -> HTTPField.Name {
        guard let field = HTTPField.Name(name) else { preconditionFailure("“\(name)” is no header name") }
        return field
    }
}
