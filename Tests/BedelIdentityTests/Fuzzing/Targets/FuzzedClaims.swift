import BedelDomain

@testable import BedelIdentity

/// What an accepted token must say, read by a second reader and checked in the plainest way.
struct FuzzedClaims {
    static let issuer = "https://id.example/realms/lab"
    static let client = "bedel"
    static let nonce = "a-nonce-of-ours"
    static let accessToken = "an-access-token"
    static let now = Timestamp(microseconds: 1_800_000_000 * 1_000_000)
    static let leeway = Duration.seconds(30)
    static let maximumLifetime = Duration.seconds(86_400)

    private static let (nowSeconds, slack, lifetime) = (1_800_000_000.0, 30.0, 86_400.0)
    /// A NumericDate is kept to the microsecond.
    private static let rounding = 0.000_002

    let claims: SecondReader
    let header: SecondReader

    init(_ claims: SecondReader, header: SecondReader) {
        self.claims = claims
        self.header = header
    }

    static func good(_ kind: FuzzedToken.Kind) -> String {
        let times = #""iss":"\#(issuer)","aud":"\#(client)","exp":1800000300,"iat":1800000000"#
        return switch kind {
        case .access: #"{\#(times),"sub":"ada","typ":"Bearer","azp":"cli"}"#
        case .identity: #"{\#(times),"sub":"ada","nonce":"\#(nonce)"}"#
        case .logout: #"{\#(times),"sub":"ada","jti":"1","events":{"\#(LogoutTokenRules.event)":{}}}"#
        }
    }

    func check(_ accepted: FuzzedToken.Accepted, as kind: FuzzedToken.Kind) throws(FuzzFinding) {
        try FuzzFinding.unless(claims.text("iss") == Self.issuer, "another issuer's")
        try FuzzFinding.unless(claims.texts("aud").contains(Self.client), "not for us")
        try checkTimes()
        switch accepted {
        case .access(let subject, _):
            try checkSubject(subject)
            try checkAccess()
        case .identity(let subject):
            try checkSubject(subject)
            try checkIdentity()
        case .logout(let content): try checkLogout(content)
        }
    }

    private func checkTimes() throws(FuzzFinding) {
        if let expiry = claims.number("exp") {
            try FuzzFinding.unless(expiry + Self.slack + Self.rounding > Self.nowSeconds, "expired")
        }
        for name in ["iat", "nbf"] where claims.has(name) {
            let moment = claims.number(name) ?? .infinity
            try FuzzFinding.unless(moment <= Self.nowSeconds + Self.slack + Self.rounding, "\(name) is to come")
        }
        try FuzzFinding.unless(claims.has("iat"), "without the time of issue")
    }

    private func checkSubject(_ subject: String) throws(FuzzFinding) {
        try FuzzFinding.unless(claims.text("sub") == subject, "another subject than it says")
        try FuzzFinding.unless(
            !subject.isEmpty && subject.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }, "an odd subject")
    }

    private func checkAccess() throws(FuzzFinding) {
        guard let expiry = claims.number("exp"), let issued = claims.number("iat") else {
            throw FuzzFinding("without its times")
        }
        try FuzzFinding.unless(expiry - issued <= Self.lifetime + Self.rounding, "lives too long")
        let kind = header.text("typ")?.lowercased()
        let isTyped = kind == "at+jwt" || kind == "application/at+jwt" || claims.text("typ") == "Bearer"
        try FuzzFinding.unless(isTyped, "does not say that it is an access token")
        try FuzzFinding.unless(!claims.has("events") && !claims.has("cnf"), "an event, or bound to a key")
        let parties = ["azp", "client_id"].compactMap { claims.text($0) }
        try FuzzFinding.unless(
            !parties.isEmpty && parties.allSatisfy { ["cli", Self.client].contains($0) }, "another's")
    }

    private func checkIdentity() throws(FuzzFinding) {
        try FuzzFinding.unless(claims.text("nonce") == Self.nonce, "another nonce")
        try FuzzFinding.unless(claims.has("exp"), "never expires")
        try FuzzFinding.unless(!claims.has("azp") || claims.text("azp") == Self.client, "another party's")
        try FuzzFinding.unless(
            claims.texts("aud").count == 1 || claims.has("azp"), "for many, and nobody says for whom")
        try FuzzFinding.unless(!claims.has("events"), "an event")
    }

    private func checkLogout(_ content: LogoutTokenRules.Content) throws(FuzzFinding) {
        let event = claims.object("events")?[LogoutTokenRules.event]
        try FuzzFinding.unless(event is [String: Any], "no logout event")
        try FuzzFinding.unless(!claims.has("nonce"), "an ID token")
        try FuzzFinding.unless(claims.text("jti") == content.id && !content.id.isEmpty, "another id than it says")
        try FuzzFinding.unless((claims.number("iat") ?? 0) >= Self.nowSeconds - 330 - Self.rounding, "old news")
        try FuzzFinding.unless(content.subject == claims.text("sub"), "another subject than it says")
        try FuzzFinding.unless(content.providerSession == claims.text("sid"), "another session than it says")
        try FuzzFinding.unless(content.subject != nil || content.providerSession != nil, "ends nobody's session")
    }
}
