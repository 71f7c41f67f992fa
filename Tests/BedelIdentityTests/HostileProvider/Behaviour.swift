import OpenSSL

@testable import BedelIdentity

/// How the provider behaves: well, until a test switches something.
struct Behaviour: Sendable {
    /// What an endpoint answers instead of the right thing.
    enum Answer: Sendable {
        case right
        case status(Int)
        case text(String)
        case redirect(String)
        /// So many zero bytes.
        case bulk(Int)
        /// These bytes, said to be compressed.
        case compressed([UInt8])
        /// A byte every few milliseconds, for as long as anybody listens.
        case dripping
        /// Does not end until ``HostileProvider/release()`` is called.
        case hanging
    }

    var discovery = Answer.right
    var keys = Answer.right
    var token = Answer.right
    /// When it hangs, the token has been turned already.
    var refresh = Answer.right
    /// An ID token comes with a refresh, too.
    var refreshesIDToken = true
    var userinfo = Answer.right
    var introspection = Answer.right

    /// Changes what the metadata says; a null takes the member out.
    var metadata: [String: JSONValue] = [:]
    var signingKey = TestKey.rsa
    /// Nil: just the signing key.
    var published: [JSONValue]?
    /// Changes the ID token before it is signed; a null takes the claim out.
    var idToken: [String: JSONValue] = [:]
    var header: [String: JSONValue] = [:]
    /// Done to the ID token after it was signed.
    var spoil: @Sendable (String) -> String = { $0 }
    var userinfoClaims: [String: JSONValue] = [:]
    /// Userinfo comes as a JWT with this header beside the key's.
    var signedUserinfo: [String: JSONValue]?
    /// Changes what introspection says of a good token; a null takes the member out.
    var introspected: [String: JSONValue] = [:]
    /// Claims of the person, beside the ones of the protocol.
    var person: [String: JSONValue] = [
        "preferred_username": "lucia.villagran", "name": "Lucía Villagrán Yáñez", "email": "lucia@alumnos.uni.example",
        "groups": ["ml-2026-students"], "sid": "sid-1",
    ]
    var subject = "f3a1c2e4-0000-4000-8000-00000000beda"
    /// Nil takes `iss` out of the authorization response.
    var responseIssuer: ResponseIssuer = .own
    /// The person or the provider says no.
    var authorizationError: String?

    enum ResponseIssuer: Sendable {
        case own
        case absent
        case other(String)
    }
}
