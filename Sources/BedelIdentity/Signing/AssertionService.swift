package import BedelDomain
internal import OpenSSL

/// Makes and checks `X-Bedel-Assertion`: who a request comes from, for one upstream and one minute.
package struct AssertionService: Assertions {
    static let lifetime = Duration.seconds(60)
    /// Sent again until then, so that it still has this long to live when it arrives.
    static let reuse = Duration.seconds(30)
    private static let leeway = Duration.seconds(5)
    private let signer: TokenSigner
    private let issuer: String
    private let clock: any TimeSource

    static let keyName = "assertion"

    /// - Parameter directory: holds the keys (see ``KeyDirectory/signingKeys(_:_:)``), or will.
    package init(
        directory: KeyDirectory, configuration: IdentityConfiguration, clock: any TimeSource
    ) throws(BedelError) {
        let keys = try directory.signingKeys(Self.keyName, .p256)
        signer = try TokenSigner(
            key: keys.current, others: keys.others, algorithm: .es256, type: "bedel-assertion+jwt")
        issuer = configuration.base.text
        self.clock = clock
    }

    package var publicKeys: String { signer.keySet }

    package func assertion(
        for principal: Principal, audience: String
    ) throws -> (token: String, reusableUntil: Timestamp) {
        let now = clock.now()
        var claims = PrincipalClaims.claims(of: principal)
        claims["iss"] = .string(issuer)
        claims["aud"] = .string(audience)
        claims["iat"] = .integer(now.seconds)
        claims["exp"] = .integer((now + Self.lifetime).seconds)
        return (try signer.sign(.object(claims)), now + Self.reuse)
    }

    package func verify(_ token: String, audience: String) throws -> Principal {
        do throws(TokenFault) {
            let claims = try signer.verify(token)
            let now = clock.now()
            let time = TimeRules(now: now, leeway: Self.leeway)
            try CommonRules.checkIssuer(claims, is: issuer)
            guard claims["aud"]?.string == audience else { throw .wrongAudience }
            let issuedAt = try time.checkIssueTime(claims)
            guard try time.checkExpiry(claims) - issuedAt <= Self.lifetime else { throw .livesTooLong }
            guard let principal = PrincipalClaims.principal(from: claims, at: now) else { throw .malformed }
            return principal
        } catch {
            throw error.refusal
        }
    }
}
