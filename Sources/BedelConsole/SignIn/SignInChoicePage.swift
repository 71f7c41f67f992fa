internal import BedelDomain
internal import Hummingbird

/// Where somebody may sign in, when there is more than one place. The one they took last time stands first and says so;
/// nobody is sent there unasked.
struct SignInChoicePage: Page {
    static let template = "sign-in"
    /// Remembers the choice; holds the issuer, percent-encoded.
    static let cookie = "bedel_provider"

    let title: String
    let choices: [Choice]

    struct Choice: Hashable, Sendable {
        let name: String
        let link: String
        let isLast: Bool
    }

    /// - Parameter demand: goes along to whichever is chosen.
    init(
        _ providers: [ConsoleConfiguration.SignInProvider], target: String, _ demand: SignInDemand?, _ visit: Visit
    ) {
        title = visit.words("sign-in.title")
        let last = visit.request.cookies[Self.cookie]?.value
        let way = demand.map { Address.signIn($0, then: target) } ?? Address.login.with(["to": target])
        let all = providers.map { provider in
            let issuer = QueryText.encode(provider.issuer)
            return Choice(name: provider.name, link: "\(way)&with=\(issuer)", isLast: issuer == last)
        }
        choices = all.filter(\.isLast) + all.filter { !$0.isLast }
    }
}
