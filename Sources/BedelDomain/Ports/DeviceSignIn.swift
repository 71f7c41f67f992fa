/// How a program without a browser gets an access token of ours (RFC 8628): it shows a code, a person types it in here.
package protocol DeviceSignIn: Sendable {
    /// - Throws: `invalidRequest`, `invalidName`; `tooManyRequests` when too many wait, in all or from there.
    func begin(
        client: String, scopes: Set<Scope>, tokenLifetime: Duration, in context: RequestContext
    ) async throws -> DeviceCodes
    /// What waits for this code.
    /// - Throws: `notFound` for a code that is wrong, used or expired; `tooManyRequests` for too many tries.
    func look(userCode: String, by principal: Principal) async throws -> DeviceAuthorization
    /// - Throws: as ``look(userCode:by:)``; `forbidden` without a session of one's own, `conflict` with too many tokens.
    func decide(
        userCode: String, approve: Bool, by principal: Principal, in context: RequestContext
    ) async throws
    /// The program asks how it stands. A token is given out once.
    func redeem(deviceCode: String, in context: RequestContext) async throws -> DeviceGrant
}

/// What the program gets to begin with (RFC 8628, section 3.2).
package struct DeviceCodes: Hashable, Sendable {
    package let deviceCode: String
    /// For people: `WDJB-MJHT`.
    package let userCode: String
    package let lifetime: Duration
    package let interval: Duration

    package init(deviceCode: String, userCode: String, lifetime: Duration, interval: Duration) {
        self.deviceCode = deviceCode
        self.userCode = userCode
        self.lifetime = lifetime
        self.interval = interval
    }
}

package enum DeviceGrant: Hashable, Sendable {
    case token(AccessToken, secret: String)
    case pending, slowDown, denied, expired
    /// No such code, or its token was given out already.
    case invalid
}

/// Device authorizations, kept by the hashes of their codes.
package protocol DeviceAuthorizationStore: Sendable {
    /// - Throws: `tooManyRequests` when that many wait already.
    func begin(
        _ authorization: DeviceAuthorization, deviceCode: Digest, userCode: Digest, limits: DeviceLimits
    ) async throws
    /// Notes one try at a code; false when that person has tried too often of late, whatever the code.
    func mayTry(_ user: User.ID, at time: Timestamp, limits: DeviceLimits) async throws -> Bool
    /// The one that waits for this code.
    func pending(userCode: Digest, at time: Timestamp) async throws -> DeviceAuthorization?
    /// False when it does not wait any more.
    func decide(
        _ id: DeviceAuthorization.ID, by user: User.ID, approve: Bool, at time: Timestamp, audit: AuditEvent
    ) async throws -> Bool
    /// The program asks: see ``DeviceAuthorization/ask(at:)``. Nil when there is no such code.
    func ask(
        deviceCode: Digest, at time: Timestamp
    ) async throws -> (DeviceAuthorization, DeviceAuthorization.Answer)?
    /// Makes the token, and the authorization a used one, all or nothing; false when it was not an approved one any more.
    func redeem(
        _ id: DeviceAuthorization.ID, for token: AccessToken, secretHash: Digest, audit: AuditEvent
    ) async throws -> Bool
    /// Removes what has expired.
    func sweep(at time: Timestamp) async throws
}

/// What keeps codes from being guessed, and the table from being filled.
package struct DeviceLimits: Hashable, Sendable {
    /// Tries at codes by one person in ``window``.
    package var tries = 20
    package var window = Duration.seconds(600)
    /// Authorizations that wait, from one address and in all.
    package var waitingThere = 20
    package var waitingInAll = 5000

    package init() {}
}
