import Foundation

@testable import BedelIdentity

/// What a provider says of itself: in its own name only, and every address one that we may go to, with one meaning.
enum FuzzedDiscovery {
    static func run(_ input: [UInt8]) throws {
        if let address = WebAddress(String(decoding: input, as: UTF8.self)) { try check(address) }
        guard let issuer = WebAddress(FuzzedClaims.issuer), let metadata = try? ProviderMetadata(input, issuer: issuer)
        else { return }
        let members = try SecondReader(input)
        try FuzzFinding.unless(members.text("issuer") == issuer.text, "in another's name")
        let endpoints: [(String, WebAddress?)] = [
            ("authorization_endpoint", metadata.authorizationEndpoint), ("token_endpoint", metadata.tokenEndpoint),
            ("jwks_uri", metadata.keySet), ("userinfo_endpoint", metadata.userinfoEndpoint),
            ("end_session_endpoint", metadata.endSessionEndpoint),
            ("introspection_endpoint", metadata.introspectionEndpoint),
        ]
        for (name, address) in endpoints {
            try FuzzFinding.unless(address?.text == members.text(name), "another \(name) than it says")
            if let address { try check(address) }
        }
    }

    /// The host we judge it by is the host that the HTTP client will go to.
    private static func check(_ address: WebAddress) throws(FuzzFinding) {
        guard let url = URL(string: address.text), let host = url.host else {
            throw FuzzFinding("trusted what is no address")
        }
        let bare = address.host.filter { $0 != "[" && $0 != "]" }
        try FuzzFinding.unless(
            host.lowercased().filter { $0 != "[" && $0 != "]" } == bare, "another host for another reader")
        try FuzzFinding.unless(url.scheme == (address.isSecure ? "https" : "http"), "another scheme for another reader")
        try FuzzFinding.unless(url.user == nil && url.fragment == nil, "user information or a fragment")
        try FuzzFinding.unless(address.isSecure || WebAddress.isLoopback(address.host), "without TLS into the world")
    }
}
