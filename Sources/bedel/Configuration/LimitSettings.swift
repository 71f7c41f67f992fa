import BedelDomain
import BedelGateway

extension ServerConfiguration {
    /// How much of the gateway anybody may have, as the configuration file has it. What is left out keeps its default.
    struct Limits: Codable, Sendable {
        var user: Rate?
        var address: Rate?
        var profile: Rate?
        var route: Rate?
        /// Requests on their way to models and services.
        var atOnce: Int?
        var atOncePerProfile: Int?
        var atOncePerUser: Int?
        var atOnceStrangers: Int?
        var waitingPerProfile: Int?
        /// Seconds.
        var turnSeconds: Int?
        var wakeUpSeconds: Int?
        /// Bytes.
        var modelBody: Int?
        var connectionsPerAddress: Int?
        /// Answers that nobody reads on.
        var unread: Int?
        var unreadPerUser: Int?
        /// Of bodies in both directions, on the average of so many seconds; 0: any.
        var leastBytesPerSecond: Int?
        var paceSeconds: Int?

        enum CodingKeys: String, CodingKey {
            case user, address, profile, route, unread
            case unreadPerUser = "unread-per-user"
            case leastBytesPerSecond = "least-bytes-per-second"
            case paceSeconds = "pace-seconds"
            case atOnce = "at-once"
            case atOncePerProfile = "at-once-per-profile"
            case atOncePerUser = "at-once-per-user"
            case atOnceStrangers = "at-once-strangers"
            case waitingPerProfile = "waiting-per-profile"
            case turnSeconds = "turn-seconds"
            case wakeUpSeconds = "wake-up-seconds"
            case modelBody = "model-body"
            case connectionsPerAddress = "connections-per-address"
        }

        /// Requests a second, and at once after a pause.
        struct Rate: Codable, Sendable {
            var perSecond: Double
            var burst: Double?

            enum CodingKeys: String, CodingKey {
                case burst
                case perSecond = "per-second"
            }
        }
    }
}

extension ServerConfiguration.Limits {
    /// - Throws: ``BedelError`` that names the key that lets nothing through.
    func apply(to configuration: inout GatewayConfiguration) throws {
        if let user { configuration.fairUse.user = try user.rate("user") }
        if let address { configuration.fairUse.address = try address.rate("address") }
        if let profile { configuration.fairUse.profile = try profile.rate("profile") }
        if let route { configuration.fairUse.route = try route.rate("route") }
        try set(atOnce, "at-once") { configuration.fairUse.atOnce = $0 }
        try set(atOncePerProfile, "at-once-per-profile") { configuration.fairUse.atOncePerProfile = $0 }
        try set(atOncePerUser, "at-once-per-user") { configuration.fairUse.atOncePerUser = $0 }
        try set(atOnceStrangers, "at-once-strangers") { configuration.fairUse.atOnceStrangers = $0 }
        try set(unread, "unread") { configuration.fairUse.unread = $0 }
        try set(unreadPerUser, "unread-per-user") { configuration.fairUse.unreadPerUser = $0 }
        try set(paceSeconds, "pace-seconds") { configuration.timeOuts.paceWindow = .seconds($0) }
        if let leastBytesPerSecond { configuration.timeOuts.leastBytesPerSecond = max(0, leastBytesPerSecond) }
        try set(waitingPerProfile, "waiting-per-profile") { configuration.fairUse.waitingPerProfile = $0 }
        try set(turnSeconds, "turn-seconds") { configuration.timeOuts.turn = .seconds($0) }
        try set(wakeUpSeconds, "wake-up-seconds") { configuration.timeOuts.wakeUp = .seconds($0) }
        try set(modelBody, "model-body") { configuration.fairUse.modelBody = $0 }
        try set(connectionsPerAddress, "connections-per-address") { configuration.limits.connectionsPerAddress = $0 }
    }

    private func set(_ value: Int?, _ key: String, _ body: (Int) -> Void) throws {
        guard let value else { return }
        guard value > 0 else {
            throw BedelError(
                .invalidRequest, "limits.\(key) is \(value), which lets nothing through.",
                next: "Write a number above 0, or leave it out.")
        }
        body(value)
    }
}

extension ServerConfiguration.Limits.Rate {
    fileprivate func rate(_ key: String) throws -> RequestRate {
        let burst = burst ?? max(1, perSecond * 2)
        guard perSecond > 0, perSecond.isFinite, burst >= 1, burst.isFinite else {
            throw BedelError(
                .invalidRequest, "limits.\(key) lets nothing through.",
                next: "Write per-second above 0, and burst of at least 1 or not at all.")
        }
        return RequestRate(perSecond: perSecond, burst: burst)
    }
}
