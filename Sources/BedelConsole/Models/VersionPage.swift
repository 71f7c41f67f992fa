internal import BedelDomain

/// One hand-in with its receipt.
struct VersionPage: Page {
    static let template = "version"
    let title: String
    let badge: Badge
    let trouble: Trouble?
    let facts: [Fact]
    let received: Moment
    let receipt: String
    let receiptLink: String
    let hasLog: Bool
    let log: [String]
    var trail: [Crumb]

    struct Fact: Hashable, Sendable {
        let name: String
        let value: String
        let isCode: Bool
    }

    init(_ version: Version, _ profile: Profile, log: [LogLine], signed: String, _ visit: Visit) {
        let words = visit.words
        title = "\(version.modelName) v\(version.number)"
        badge = Badge(version.state, words)
        trouble = version.fault.map { Trouble($0, words) }
        received = visit.moment(version.receivedAt)
        facts =
            [
                Fact(name: words("version.by"), value: version.ownerLogin, isCode: false),
                Fact(name: words("version.door"), value: words("source.\(version.source.rawValue)"), isCode: false),
                Fact(name: words("version.digest"), value: version.bundle.hex, isCode: true),
                Fact(name: words("version.size"), value: words.bytes(version.size), isCode: false),
                Fact(name: words("version.sequence"), value: String(version.sequence), isCode: false),
                Fact(
                    name: words("version.runtime"), value: words("runtime.\(version.layout.runtime.rawValue)"),
                    isCode: false),
                Fact(name: words("version.entry"), value: version.layout.entry, isCode: true),
            ] + (version.commit.map { [Fact(name: words("version.commit"), value: $0, isCode: true)] } ?? [])
            + (version.environment.map { [Fact(name: words("version.environment"), value: $0.hex, isCode: true)] } ?? [])
        receipt = signed
        receiptLink = Address.receipt(version.profile, version.modelName, version.number).path
        self.log = log.map(\.text)
        hasLog = !log.isEmpty
        trail = [
            Crumb(title: visit.words("menu.courses"), link: Address.home.path),
            Crumb(title: profile.title, link: Address.profile(profile.name).path),
            Crumb(title: version.modelName.rawValue, link: Address.model(version.profile, version.modelName).path),
        ]
    }
}
