/// What a browser that goes to sign in comes with.
package struct SignInWish: Hashable, Sendable {
    /// Where the person wanted to go; anything but a path of ours becomes `/`.
    package let returnTo: String
    /// The value of its sign-in cookie, if it sent one; kept, so that every tab stays good.
    package let browser: String?
    /// The provider; nil: the first.
    package let issuer: String?
    /// How fresh or strong the sign-in has to be; nil when any will do.
    package let demand: SignInDemand?

    package init(returnTo: String, browser: String? = nil, issuer: String? = nil, demand: SignInDemand? = nil) {
        self.returnTo = returnTo
        self.browser = browser
        self.issuer = issuer
        self.demand = demand
    }
}
