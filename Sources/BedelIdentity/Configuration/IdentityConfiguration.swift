package import BedelDomain

/// Who may come in, from where, and for how long.
package struct IdentityConfiguration: Sendable {
    /// The console's address, without a path: `http://localhost:8080`.
    package let base: WebAddress
    /// The first one is where people are sent when nothing else is said.
    package let providers: [ProviderConfiguration]
    /// How long a browser stays signed in.
    package let sessionLifetime: Duration
    /// How long somebody may take at the provider's pages.
    package let attemptLifetime: Duration
    /// How far the clocks of a provider and ours may be apart.
    package let leeway: Duration
    /// An access token of the provider's that was made for longer than this is refused.
    package let maximumTokenLifetime: Duration
    /// Where the provider sends browsers back to; must be registered there as `<base><callbackPath>`.
    package let callbackPath: String
    /// Where a browser ends up after signing out; must be registered there as `<base><afterSignOutPath>`.
    package let afterSignOutPath: String
    package let timing: Timing

    /// How often a provider is asked for what it publishes.
    package struct Timing: Sendable {
        /// Keys and metadata older than this are fetched again when they are next needed.
        package let maximumAge: Duration
        /// At most one fetch in this time because of a key nobody knows, or after a failed one.
        package let window: Duration
        /// As long as nothing was ever fetched, so soon may it be tried again.
        package let retry: Duration
        /// A provider that has not answered in full by then is away.
        package let patience: Duration

        package init(
            maximumAge: Duration = .seconds(600), window: Duration = .seconds(30), retry: Duration = .seconds(2),
            patience: Duration = .seconds(10)
        ) {
            self.maximumAge = maximumAge
            self.window = window
            self.retry = retry
            self.patience = patience
        }
    }

    /// - Throws: ``BedelError`` `invalidRequest`, which says what is wrong with the configuration.
    package init(
        base: String, providers: [ProviderConfiguration], sessionLifetime: Duration = .seconds(10 * 3600),
        attemptLifetime: Duration = .seconds(600), leeway: Duration = .seconds(30),
        maximumTokenLifetime: Duration = .seconds(24 * 3600), callbackPath: String = "/login/callback",
        afterSignOutPath: String = "/", timing: Timing = Timing()
    ) throws(BedelError) {
        guard let address = WebAddress(base), address.text.hasSuffix("://" + address.authority) else {
            throw .configuration(
                "“\(base)” cannot be the base address.", next: "Give scheme, host and port and no path.")
        }
        guard !providers.isEmpty, Set(providers.map(\.issuer)).count == providers.count else {
            throw .configuration(
                "There is no OpenID provider, or one stands there twice.", next: "List each issuer once.")
        }
        // An opaque token does not say whose it is, and must not be shown to anybody but the one who made it.
        guard providers.count(where: \.introspectsTokens) <= 1 else {
            throw .configuration(
                "More than one provider is to be asked about opaque access tokens.",
                next: "Switch introspection on for one of them.")
        }
        self.base = address
        self.providers = providers
        self.sessionLifetime = sessionLifetime
        self.attemptLifetime = attemptLifetime
        self.leeway = leeway
        self.maximumTokenLifetime = maximumTokenLifetime
        self.callbackPath = callbackPath
        self.afterSignOutPath = afterSignOutPath
        self.timing = timing
    }

    /// Whether cookies are for TLS only (and named `__Host-…`).
    package var secureCookies: Bool { base.isSecure }
    var callback: String { base.text + callbackPath }
    var afterSignOut: String { base.text + afterSignOutPath }
}
