import BedelConsole

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension ServerConfiguration {
    /// As the sign-in page offers them: by their names, or the hosts of those that have none.
    var signInProviders: [ConsoleConfiguration.SignInProvider] {
        issuers.map { issuer in
            let fallback = issuers.count == 1 ? "OpenID Connect" : URL(string: issuer.url)?.host() ?? issuer.url
            return .init(issuer: issuer.url, name: issuer.name ?? fallback)
        }
    }
}
