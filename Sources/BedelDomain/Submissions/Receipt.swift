/// What was received, from whom, and when, by the server's clock. Signed, it is the student's proof; the same for web,
/// git and API.
package struct Receipt: Hashable, Sendable, Codable {
    package let version: Version.ID
    package let profile: Label
    package let model: Label
    package let number: Int
    package let user: User.ID
    package let login: String
    package let bundle: Digest
    package let size: Int64
    package let source: Version.Source
    package let receivedAt: Timestamp
    package let sequence: Int64

    package init(
        version: Version.ID, profile: Label, model: Label, number: Int, user: User.ID, login: String, bundle: Digest,
        size: Int64, source: Version.Source, receivedAt: Timestamp, sequence: Int64
    ) {
        self.version = version
        self.profile = profile
        self.model = model
        self.number = number
        self.user = user
        self.login = login
        self.bundle = bundle
        self.size = size
        self.source = source
        self.receivedAt = receivedAt
        self.sequence = sequence
    }
}
