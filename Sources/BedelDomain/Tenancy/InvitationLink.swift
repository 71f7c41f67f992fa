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

    package init(
        id: ID, profile: Label, role: Role, uses: Int64 = 0, maximum: Int64, createdBy: User.ID,
        createdByLogin: String, createdAt: Timestamp, expiresAt: Timestamp, revokedAt: Timestamp? = nil
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
    }

    /// Whether one more may come by it.
    package enum Standing: String, Sendable, CaseIterable { case open, revoked, expired, used }

    package func standing(at time: Timestamp) -> Standing {
        if revokedAt != nil { return .revoked }
        if time >= expiresAt { return .expired }
        return uses < maximum ? .open : .used
    }

    /// - Throws: `notFound`, saying why it leads nowhere any more.
    package func requireOpen(at time: Timestamp) throws(BedelError) {
        let reason =
            switch standing(at: time) {
            case .open: ""
            case .revoked: "was withdrawn"
            case .expired: "has expired"
            case .used: "has been used up"
            }
        guard reason.isEmpty else {
            throw BedelError(
                .notFound, "This invitation \(reason).", next: "Ask whoever sent it to you for a new one.")
        }
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
