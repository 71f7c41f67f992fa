/// Why a request was not served although nothing was wrong with it. A closed list, so that the metric's label is bounded.
enum LimitReason: String, CaseIterable, Sendable {
    /// The upstream has failed too often.
    case breaker
    /// It is closed on purpose.
    case maintenance
    /// Too many requests a second: of one person, of an address that is nobody, for one profile, for one model or
    /// service.
    case userRate = "user-rate"
    case addressRate = "address-rate"
    case profileRate = "profile-rate"
    /// Of one person in one profile, by its quota.
    case memberQuota = "member-quota"
    case routeRate = "route-rate"
    /// Too many of one profile wait already, or one waited too long for its turn.
    case queueFull = "queue-full"
    case queueTime = "queue-time"
    /// Somebody reads too little of what was sent to them: nothing new for them, or an end of it.
    case unread
    case slowReader = "slow-reader"
    /// Somebody sends too slowly.
    case slowUpload = "slow-upload"
    case bodySize = "body-size"
    case headerSize = "header-size"
    /// Too many connections from one address.
    case connections
}
