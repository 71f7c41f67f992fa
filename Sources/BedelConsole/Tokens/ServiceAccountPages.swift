internal import BedelDomain
internal import Hummingbird

/// The applications that may call a profile's models.
struct ServiceAccountPages: Sendable {
    let desk: Desk

    var routes: [Route] {
        let access = Route.Access.action(.serviceAccountManage, on: .profile)
        return [
            Route(.get, .serviceAccounts(nil), access, handler: list),
            Route(.post, .serviceAccounts(nil), access, handler: create),
            Route(.post, .serviceAccountDisabling(nil, nil), access) { try await setDisabled(true, $0) },
            Route(.post, .serviceAccountEnabling(nil, nil), access) { try await setDisabled(false, $0) },
            Route(.post, .serviceAccountTokens(nil, nil), access, handler: issue),
            Route(.post, .serviceAccountTokenRevocation(nil, nil, nil), access, handler: revoke),
        ]
    }

    private var accounts: any ServiceAccounts { desk.ports.serviceAccounts }

    @Sendable private func list(_ visit: Visit) async throws -> Response {
        try desk.page(try await page(visit, secret: nil), visit)
    }

    @Sendable private func create(_ visit: Visit) async throws -> Response {
        let profile = try visit.profile().name
        let fields = try await visit.form()
        _ = try await accounts.create(
            fields.required("name"), title: fields.required("title"), in: profile, by: visit.user(), in: visit.context)
        return desk.redirect(to: .serviceAccounts(profile), done: "account-created")
    }

    private func setDisabled(_ isDisabled: Bool, _ visit: Visit) async throws -> Response {
        let profile = try visit.profile().name
        try await accounts.setDisabled(
            isDisabled, try ServiceAccountAPI.name(visit), in: profile, by: visit.user(), in: visit.context)
        return desk.redirect(
            to: .serviceAccounts(profile), done: isDisabled ? "account-disabled" : "account-enabled")
    }

    /// Answers with the page itself rather than a redirect: the secret is shown this once and kept nowhere.
    @Sendable private func issue(_ visit: Visit) async throws -> Response {
        let fields = try await visit.form()
        let days = try fields.number("days", in: TokenOrder.days) ?? TokenOrder.usualDays
        let (_, secret) = try await accounts.issueToken(
            fields.required("name"), lifetime: .seconds(days * 86_400), for: try ServiceAccountAPI.name(visit),
            in: try visit.profile().name, by: visit.user(), in: visit.context)
        return try desk.page(try await page(visit, secret: secret), visit, status: .created)
    }

    @Sendable private func revoke(_ visit: Visit) async throws -> Response {
        let profile = try visit.profile().name
        try await accounts.revokeToken(
            try ServiceAccountAPI.token(visit), of: try ServiceAccountAPI.name(visit), in: profile, by: visit.user(),
            in: visit.context)
        return desk.redirect(to: .serviceAccounts(profile), done: "revoked")
    }

    private func page(_ visit: Visit, secret: String?) async throws -> ServiceAccountsPage {
        let profile = try visit.profile()
        var all: [(ServiceAccount, [AccessToken])] = []
        for account in try await accounts.list(in: profile.name) {
            all.append((account, try await accounts.tokens(of: account.name, in: profile.name)))
        }
        return ServiceAccountsPage(profile, all, secret: secret, visit)
    }
}
