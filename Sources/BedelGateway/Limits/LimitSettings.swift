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

    /// A quota's so many a second, and no more than one second's at once. 0 lets nothing through.
    init(quota: Int64) {
        perSecond = Double(quota)
        burst = max(1, Double(quota))
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
    /// Requests on their way to models and services at the same time, and of them those of one profile. Tunnels and event
    /// streams do not count once they are open.
    package var atOnce = 1024
    package var atOncePerProfile = 256
    /// Requests of one profile that may wait for their turn; for how long is ``GatewayConfiguration/TimeOuts/turn``.
    package var waitingPerProfile = 512
    /// Bytes of a body sent to a model; a service has its own (`ServiceDefinition.bodyLimit`), and the console too.
    package var modelBody: Int? = 1 << 30

    package init() {}

    /// Each event loop's part.
    func share(of loops: Int) -> FairQueue.Limits {
        func part(_ whole: Int) -> Int { max(1, (whole + loops - 1) / loops) }
        return FairQueue.Limits(
            atOnce: part(atOnce), perProfile: part(atOncePerProfile), waiting: part(waitingPerProfile))
    }
}
