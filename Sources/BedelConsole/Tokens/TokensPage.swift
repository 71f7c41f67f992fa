internal import BedelDomain

struct TokensPage: Page {
    static let template = "tokens"
    let title: String
    /// Shown this once.
    let secret: String?
    let action: String
    let usualDays: Int
    let choices: [Choice]
    let hasTokens: Bool
    let tokens: [Row]
    var section: Section { .tokens }

    struct Choice: Hashable, Sendable {
        let value: String
        let meaning: String
        let isUsual: Bool
    }

    struct Row: Hashable, Sendable {
        let name: String
        let prefix: String
        let scopes: String
        let created: Moment
        let expires: Moment
        let used: Moment?
        let badge: Badge
        let revokeAction: String?
    }

    init(_ tokens: [AccessToken], secret: String?, _ visit: Visit) {
        let words = visit.words
        title = words("tokens.title")
        self.secret = secret
        action = Address.tokens.path
        usualDays = TokenOrder.usualDays
        choices = Scope.allCases.map {
            Choice(value: $0.rawValue, meaning: words("scope.\($0.rawValue)"), isUsual: $0 == .submit || $0 == .read)
        }
        self.tokens = tokens.map { Row($0, revocation: .tokenRevocation($0.id), visit) }
        hasTokens = !tokens.isEmpty
    }
}

extension TokensPage.Row {
    init(_ token: AccessToken, revocation: Address, _ visit: Visit) {
        let isOver = token.revokedAt != nil || token.expiresAt <= visit.now
        let state = token.revokedAt != nil ? "revoked" : isOver ? "expired" : "active"
        self.init(
            name: token.name, prefix: "bdl_\(token.id)_…",
            scopes: token.scopes.map(\.rawValue).sorted().joined(separator: ", "),
            created: visit.moment(token.createdAt), expires: visit.moment(token.expiresAt),
            used: token.lastUsedAt.map(visit.moment),
            badge: Badge(visit.words("state.token.\(state)"), isOver ? .neutral : .good),
            revokeAction: isOver ? nil : revocation.path)
    }
}
