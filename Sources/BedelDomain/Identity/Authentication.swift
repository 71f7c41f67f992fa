/// How the provider says somebody proved who they are, as a session remembers it.
package struct Authentication: Hashable, Sendable, Codable {
    /// When they did (`auth_time`, OpenID Connect Core 1.0, section 2); nil when the provider did not say, which may have
    /// been at any time: a provider lets people through who signed in for something else.
    package let time: Timestamp?
    /// How well, in the provider's own words (`acr`, same section): a name of its configuration, such as `gold` or `2`.
    package let level: String?
    /// When the credential was looked at, which is what ``age`` counts to.
    package let seenAt: Timestamp

    /// - Returns: nil when the provider said neither.
    package init?(time: Timestamp?, level: String?, seenAt: Timestamp) {
        guard time != nil || level != nil else { return nil }
        self.time = time
        self.level = level
        self.seenAt = seenAt
    }

    /// How long ago they proved it.
    package var age: Duration? { time.map { seenAt - $0 } }
}
