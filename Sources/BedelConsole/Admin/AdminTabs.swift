internal import BedelDomain

/// The second menu, on the pages of those who run the platform.
struct AdminTab: Hashable, Sendable {
    let title: String
    let link: String
    let isCurrent: Bool

    static func all(_ current: Address, _ words: Words) -> [AdminTab] {
        let places: [(String, Address)] = [
            ("instances", .instances), ("profiles", .profiles), ("users", .users), ("jobs", .jobs), ("audit", .audit),
        ]
        return places.map { key, address in
            AdminTab(
                title: words("admin.\(key)"), link: Address.admin(address).path, isCurrent: address == current)
        }
    }
}
