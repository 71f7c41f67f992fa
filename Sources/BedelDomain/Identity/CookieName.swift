/// The names of our cookies. Under TLS they carry the `__Host-` prefix (RFC 6265bis, section 4.1.3.2), so that no other
/// host, and no page of a tenant's, can plant one.
package enum CookieName {
    package static func session(secure: Bool) -> String { secure ? "__Host-bedel_session" : "bedel_session" }
    package static func signIn(secure: Bool) -> String { secure ? "__Host-bedel_signin" : "bedel_signin" }
}
