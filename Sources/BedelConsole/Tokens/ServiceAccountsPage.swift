internal import BedelDomain

struct ServiceAccountsPage: Page {
    static let template = "service-accounts"
    let title: String
    /// Shown this once.
    let secret: String?
    let action: String
    let usualDays: Int
    let hasAccounts: Bool
    let accounts: [Row]
    let trail: [Crumb]

    struct Row: Hashable, Sendable {
        let name: String
        let title: String
        let created: Moment
        let badge: Badge
        let isEnabled: Bool
        let stateAction: String
        let tokenAction: String
        let hasTokens: Bool
        let tokens: [TokensPage.Row]
    }

    init(_ profile: Profile, _ accounts: [(ServiceAccount, [AccessToken])], secret: String?, _ visit: Visit) {
        let words = visit.words
        title = words("accounts.title")
        self.secret = secret
        action = Address.serviceAccounts(profile.name).path
        usualDays = TokenOrder.usualDays
        hasAccounts = !accounts.isEmpty
        self.accounts = accounts.map { Self.row($0, $1, visit) }
        trail = [
            Crumb(title: words("menu.courses"), link: Address.home.path),
            Crumb(title: profile.title, link: Address.profile(profile.name).path),
        ]
    }

    private static func row(_ account: ServiceAccount, _ tokens: [AccessToken], _ visit: Visit) -> Row {
        let (profile, name) = (account.profile, account.name)
        let isEnabled = account.disabledAt == nil
        return Row(
            name: name.rawValue, title: account.title, created: visit.moment(account.createdAt),
            badge: Badge(
                visit.words("state.account.\(isEnabled ? "active" : "disabled")"), isEnabled ? .good : .neutral),
            isEnabled: isEnabled,
            stateAction: (isEnabled
                ? Address.serviceAccountDisabling(profile, name) : .serviceAccountEnabling(profile, name)).path,
            tokenAction: Address.serviceAccountTokens(profile, name).path, hasTokens: !tokens.isEmpty,
            tokens: tokens.map { token in
                TokensPage.Row(token, revocation: .serviceAccountTokenRevocation(profile, name, token.id), visit)
            })
    }
}
