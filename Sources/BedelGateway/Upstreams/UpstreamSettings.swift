/// How the gateway treats what stands behind it when that is slow, away, or several.
package struct UpstreamSettings: Sendable, Hashable {
    /// So many failures in a row, and a replica is left alone for a while.
    package var failuresToOpen = 5
    /// How long, the first time; each further time twice as long, up to ``longestPause``.
    package var firstPause = Duration.seconds(1)
    package var longestPause = Duration.seconds(30)
    /// Requests that may be sent once more, as a share of all requests of the last seconds.
    package var retryShare = 0.2
    /// Retries an event loop may make in ``retryWindow`` however few requests there are.
    package var retryReserve = 10
    package var retryWindow = Duration.seconds(10)
    /// Requests that may wait for models to start at the same time, on each event loop.
    package var sleepers = 1024
    /// How often services with a health path are asked, and how long they may take to answer.
    package var healthInterval = Duration.seconds(5)
    package var healthTimeOut = Duration.seconds(2)
    /// Answers in a row that change the opinion of a service, for the better and for the worse.
    package var rise = 2
    package var fall = 3

    package init() {}
}
