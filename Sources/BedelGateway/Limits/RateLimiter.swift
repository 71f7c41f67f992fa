internal import BedelDomain
internal import NIOCore

/// One event loop's token buckets. What the other loops let through of the same is told every tick, so that a limit holds
/// for the process: over it goes at most what one tick lets through elsewhere. Bounded: full buckets are thrown away, and
/// of too many any.
struct RateLimiter: Sendable {
    enum Key: Hashable, Sendable {
        case user(User.ID)
        case address(String)
        case profile(Label)
        case member(User.ID, in: Label)
        case model(Label, in: Label)
        case service(Label, in: Label?)
    }

    struct Refusal: Equatable, Sendable {
        let reason: LimitReason
        let wait: TimeAmount
    }

    static let capacity = 50_000
    private let settings: FairUse
    /// The profiles' own, which stand above ``FairUse/profile``.
    var quotas: [Label: RequestQuota] = [:]
    /// How many gateways share those.
    var gateways = 1
    private var buckets: [Key: TokenBucket] = [:]

    init(_ settings: FairUse) { self.settings = settings }

    /// The person first: whoever is over their own limit uses up nobody else's.
    /// - Parameter user: nil for nobody in particular, who is known by the address.
    mutating func admit(user: User.ID?, address: String, to route: Route, now: NIODeadline) -> Refusal? {
        if let user {
            if let refusal = take(.user(user), .userRate, now) { return refusal }
        } else if let refusal = take(.address(address), .addressRate, now) {
            return refusal
        }
        let profile = route.profile
        if !quotas.isEmpty, let user, let profile, let refusal = take(.member(user, in: profile), .memberQuota, now) {
            return refusal
        }
        if settings.route != nil, let key = Self.key(of: route), let refusal = take(key, .routeRate, now) {
            return refusal
        }
        return profile.flatMap { take(.profile($0), .profileRate, now) }
    }

    // MARK: What other loops do

    /// What was let through here since the last time.
    mutating func takeSpent() -> [Key: Double] {
        var spent: [Key: Double] = [:]
        for key in buckets.keys {
            if let count = buckets[key]?.takeSpent(), count > 0 { spent[key] = count }
        }
        return spent
    }

    mutating func debit(_ spent: [Key: Double], now: NIODeadline) {
        for (key, count) in spent {
            guard let rate = rate(of: key) else { continue }
            makeRoom(for: key)
            buckets[key, default: TokenBucket(rate, now: now)].debit(count, rate)
        }
    }

    /// Throws away what is as good as new.
    mutating func tidy(_ now: NIODeadline) {
        buckets = buckets.filter { key, bucket in
            var bucket = bucket
            return rate(of: key).map { !bucket.isFull($0, now: now) } ?? false
        }
    }

    var count: Int { buckets.count }

    // MARK: Inside

    private mutating func take(_ key: Key, _ reason: LimitReason, _ now: NIODeadline) -> Refusal? {
        guard let rate = rate(of: key) else { return nil }
        // A quota of nothing: not now, and not in a moment either.
        guard rate.perSecond > 0 else { return Refusal(reason: reason, wait: .seconds(60)) }
        makeRoom(for: key)
        return buckets[key, default: TokenBucket(rate, now: now)].take(rate, now: now).map {
            Refusal(reason: reason, wait: $0)
        }
    }

    private mutating func makeRoom(for key: Key) {
        // Looking for the best one to go would cost whoever floods it nothing, and this loop a lot.
        guard buckets.count >= Self.capacity, buckets[key] == nil, let any = buckets.keys.first else { return }
        buckets[any] = nil
    }

    private func rate(of key: Key) -> RequestRate? {
        switch key {
        case .user: settings.user
        case .address: settings.address
        case .profile(let profile): quotas[profile]?.profile.map(part) ?? settings.profile
        case .member(let user, let profile): quotas[profile]?.limit(of: user).map(part)
        case .model, .service: settings.route
        }
    }

    private func part(of quota: Int64) -> RequestRate { RequestRate(quota: quota, sharedBy: gateways) }

    private static func key(of route: Route) -> Key? {
        switch route.upstream {
        case .console: nil
        case .model(let model, let profile): .model(model, in: profile)
        case .service(let service): .service(service.name, in: service.profile)
        }
    }
}
