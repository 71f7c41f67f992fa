/// A link that makes members of those who open it, for as long as it holds.
package struct InvitationLink: Hashable, Sendable {
    package typealias ID = Identifier<InvitationLink>

    package let id: ID
    package let profile: Label
    package let role: Role
    /// How many have come by it, and how many may.
    package let uses: Int64
    package let maximum: Int64
    package let createdBy: User.ID
    package let createdByLogin: String
    package let createdAt: Timestamp
    package let expiresAt: Timestamp
    package let revokedAt: Timestamp?
    /// Whether whoever made it might still make it: a link does nothing for somebody who may no longer let people in.
    package let makerMayInvite: Bool

    package init(
        id: ID, profile: Label, role: Role, uses: Int64 = 0, maximum: Int64, createdBy: User.ID,
        createdByLogin: String, createdAt: Timestamp, expiresAt: Timestamp, revokedAt: Timestamp? = nil,
        makerMayInvite: Bool = true
    ) {
        self.id = id
        self.profile = profile
        self.role = role
        self.uses = uses
        self.maximum = maximum
        self.createdBy = createdBy
        self.createdByLogin = createdByLogin
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.revokedAt = revokedAt
        self.makerMayInvite = makerMayInvite
    }

    /// The same link, after somebody has asked about its maker.
    package func whose(makerMayInvite: Bool) -> InvitationLink {
        InvitationLink(
            id: id, profile: profile, role: role, uses: uses, maximum: maximum, createdBy: createdBy,
            createdByLogin: createdByLogin, createdAt: createdAt, expiresAt: expiresAt, revokedAt: revokedAt,
            makerMayInvite: makerMayInvite)
    }

    /// Whether one more may come by it. `lapsed`: its maker may not let people in any more; should they again, it holds
    /// again.
    package enum Standing: String, Sendable, CaseIterable { case open, revoked, expired, used, lapsed }

    package func standing(at time: Timestamp) -> Standing {
        if revokedAt != nil { return .revoked }
        if time >= expiresAt { return .expired }
        if uses >= maximum { return .used }
        return makerMayInvite ? .open : .lapsed
    }

    /// - Throws: `notFound`, saying why it leads nowhere any more.
    package func requireOpen(at time: Timestamp) throws(BedelError) {
        let standing = standing(at: time)
        switch standing {
        case .open: return
        case .revoked: throw Self.over(standing, "This invitation was withdrawn.")
        case .expired: throw Self.over(standing, "This invitation has expired.")
        case .used: throw Self.over(standing, "This invitation has been used up.")
        case .lapsed:
            throw BedelError(
                .notFound, "Whoever made this invitation may not let people in here any more.",
                next: "Ask a teacher of the course for a new one.",
                arguments: ["unit": "link-\(standing.rawValue)", "advice": "teacher"])
        }
    }

    private static func over(_ standing: Standing, _ message: String) -> BedelError {
        BedelError(
            .notFound, message, next: "Ask whoever sent it to you for a new one.",
            arguments: ["unit": "link-\(standing.rawValue)", "advice": "new-link"])
    }

    package static let maximumUses: Int64 = 1000
    package static let days = 1...180

    /// - Throws: `invalidRequest` for what no link can be.
    package static func check(role: Role, maximum: Int, days: Int) throws(BedelError) {
        guard role != .admin else {
            throw BedelError(
                .invalidRequest, "Nobody becomes an admin by a link.",
                next: "Admins are made at the identity provider.")
        }
        guard (1...maximumUses).contains(Int64(maximum)), Self.days.contains(days) else {
            throw BedelError(
                .invalidRequest, "A link holds for 1 to \(maximumUses) people and 1 to \(Self.days.upperBound) days.",
                next: "Choose numbers in between.")
        }
    }
}
