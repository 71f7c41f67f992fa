/// A program on some machine that waits for somebody to say, in a browser, that it may act for them (RFC 8628).
package struct DeviceAuthorization: Hashable, Sendable {
    package typealias ID = Identifier<DeviceAuthorization>

    package enum State: String, Sendable, CaseIterable {
        case pending, approved, denied
        /// The token was given out.
        case used
    }

    /// What the program is told when it asks (RFC 8628, section 3.5).
    package enum Answer: Hashable, Sendable {
        case pending
        /// It asks too often; its interval is longer now.
        case slowDown
        case denied
        case expired
        /// The token has been given out already.
        case used
        case approved(by: User.ID)
    }

    /// What is added to the interval of a program that asks too often (RFC 8628, section 3.5).
    package static let penalty = Duration.seconds(5)

    package let id: ID
    /// What the program calls itself; only for the person to read.
    package let client: String
    package let scopes: Set<Scope>
    /// Of the token to be made.
    package let tokenLifetime: Duration
    /// Where the program asked from, for the person to see.
    package let remoteAddress: String
    package let createdAt: Timestamp
    package let expiresAt: Timestamp
    package var state: State
    /// Who decided.
    package var user: User.ID?
    /// How long the program has to wait between two questions.
    package var interval: Duration
    package var askedAt: Timestamp?

    package init(
        id: ID, client: String, scopes: Set<Scope>, tokenLifetime: Duration, remoteAddress: String,
        createdAt: Timestamp, expiresAt: Timestamp, state: State = .pending, user: User.ID? = nil,
        interval: Duration = .seconds(5), askedAt: Timestamp? = nil
    ) {
        self.id = id
        self.client = client
        self.scopes = scopes
        self.tokenLifetime = tokenLifetime
        self.remoteAddress = remoteAddress
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.state = state
        self.user = user
        self.interval = interval
        self.askedAt = askedAt
    }

    /// The program asks.
    package mutating func ask(at now: Timestamp) -> Answer {
        defer { askedAt = now }
        switch (state, user) {
        case (.used, _): return .used
        case _ where now >= expiresAt: return .expired
        case (.denied, _): return .denied
        case (.approved, let user?): return .approved(by: user)
        case (.approved, nil), (.pending, _):
            guard let askedAt, now - askedAt < interval else { return .pending }
            interval = interval + Self.penalty
            return .slowDown
        }
    }
}
