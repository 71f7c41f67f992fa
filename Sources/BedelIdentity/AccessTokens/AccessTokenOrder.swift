internal import BedelDomain

/// A token that is to be made, checked: the same rules whoever asks for it.
struct AccessTokenOrder: Hashable, Sendable {
    /// Scopes and expiry always: a token without an end is found by somebody in ten years.
    static let maximumLifetime = Duration.seconds(366 * 86_400)

    let name: String
    let scopes: Set<Scope>
    let lifetime: Duration

    /// - Throws: `invalidName`, `invalidRequest`.
    init(name: String, scopes: Set<Scope>, lifetime: Duration) throws(BedelError) {
        let isPlain = name.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
        guard (1...100).contains(name.count), name.utf8.count <= 400, isPlain,
            name.contains(where: { !$0.isWhitespace })
        else {
            throw BedelError(
                .invalidName, "A token needs a name of 1 to 100 characters.",
                next: "Say what it is for, for example “git on my laptop”.")
        }
        guard !scopes.isEmpty else {
            throw BedelError(
                .invalidRequest, "A token needs at least one scope.", next: "Choose what it may be used for.")
        }
        guard lifetime >= .seconds(60), lifetime <= Self.maximumLifetime else {
            throw BedelError(
                .invalidRequest, "A token lives for at least a minute and at most a year.",
                next: "Choose another lifetime.")
        }
        self.name = name
        self.scopes = scopes
        self.lifetime = lifetime
    }

    func make(for user: User.ID, at now: Timestamp) -> (token: AccessToken, text: AccessTokenText) {
        let text = AccessTokenText(id: .random(at: now))
        let token = AccessToken(
            id: text.id, user: user, name: name, scopes: scopes, createdAt: now, expiresAt: now + lifetime)
        return (token, text)
    }

    /// For the audit trail.
    func facts(at now: Timestamp) -> [String: String] {
        [
            "name": name, "scopes": scopes.map(\.rawValue).sorted().joined(separator: " "),
            "expires": (now + lifetime).description,
        ]
    }
}
