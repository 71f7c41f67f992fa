/// So many requests a second, and so many at once after a pause.
package struct RequestRate: Sendable, Hashable {
    package var perSecond: Double
    package var burst: Double

    /// - Precondition: both above 0.
    package init(perSecond: Double, burst: Double) {
        precondition(perSecond > 0 && burst >= 1, "a rate lets something through")
        self.perSecond = perSecond
        self.burst = burst
    }

    /// One gateway's part of a quota's so many a second, and no more than one second's of that at once: all gateways together
    /// let the quota through, and none of them has to ask another. 0 lets nothing through.
    init(quota: Int64, sharedBy gateways: Int) {
        perSecond = Double(quota) / Double(max(1, gateways))
        burst = max(1, perSecond)
    }
}

/// How much of what one person, profile or route may have. Everything is for the whole process; nil: as much as there is.
package struct FairUse: Sendable, Hashable {
    package var user: RequestRate? = RequestRate(perSecond: 2000, burst: 4000)
    /// Of those who do not say who they are.
    package var address: RequestRate? = RequestRate(perSecond: 2000, burst: 4000)
    package var profile: RequestRate?
    /// For each model and each service.
    package var route: RequestRate?
    /// Requests on their way at the same time; of them those of one profile, or to the console; and of those the ones of
    /// one person, or of an address that is nobody. Tunnels and event streams do not count once they are open, nor does
    /// what waits for a client to read or to send.
    package var atOnce = 1024
    package var atOncePerProfile = 256
    package var atOncePerUser = 128
    /// Of those to the console, or of one profile, the ones of all who do not say who they are.
    package var atOnceStrangers = 64
    /// Requests of one profile that may wait for their turn; for how long is ``GatewayConfiguration/TimeOuts/turn``.
    package var waitingPerProfile = 512
    /// Answers that nobody reads on, and which are kept for a while: of one person or address, and of all.
    package var unreadPerUser = 256
    package var unread = 4096
    /// Bytes of a body sent to a model; a service has its own (`ServiceDefinition.bodyLimit`), and the console too.
    package var modelBody: Int? = 1 << 30

    package init() {}

    /// Each event loop's part.
    func share(of loops: Int) -> FairQueue.Limits {
        func part(_ whole: Int) -> Int { max(1, (whole + loops - 1) / loops) }
        return FairQueue.Limits(
            atOnce: part(atOnce), perProfile: part(atOncePerProfile), perParty: part(atOncePerUser),
            strangers: part(atOnceStrangers), strangersInARound: Self.strangersInARound,
            waiting: part(waitingPerProfile), waitingPerParty: part(max(waitingPerProfile / 2, 1)))
    }

    /// On an event loop that has little to do these are thousands a second, and on one that is busy few: what strangers
    /// ask for is the first thing to wait, and not for long.
    private static let strangersInARound = 2

    /// Each event loop's part of ``unread``.
    func unreadShare(of loops: Int) -> Int { max(1, (unread + loops - 1) / loops) }
}
