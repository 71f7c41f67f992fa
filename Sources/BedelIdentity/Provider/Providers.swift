package import AsyncHTTPClient
package import BedelDomain
package import Logging

/// Every provider people may come from, by issuer.
package struct Providers: Sendable {
    private let all: [OpenIDProvider]
    /// Where people are sent when nothing else is said.
    let first: OpenIDProvider

    /// - Parameter client: made with ``ProviderHTTP/clientConfiguration``; whoever made it shuts it down.
    package init(
        _ configuration: IdentityConfiguration, client: HTTPClient, clock: any TimeSource, logger: Logger
    ) {
        let http = ProviderHTTP(client: client, patience: configuration.timing.patience)
        all = configuration.providers.map {
            OpenIDProvider($0, timing: configuration.timing, http: http, clock: clock, logger: logger)
        }
        // The configuration does not exist without a provider.
        first = all[0]
    }

    /// The one that is asked about opaque tokens.
    var introspecting: OpenIDProvider? { all.first { $0.configuration.introspectsTokens } }

    func provider(issuer: String) -> OpenIDProvider? { all.first { $0.configuration.issuer.text == issuer } }

    /// Whether no provider can have signed with a key of that name, as far as can be known now.
    func surelyLack(keyNamed id: String) -> Bool { all.allSatisfy { $0.surelyLacks(keyNamed: id) } }
}
