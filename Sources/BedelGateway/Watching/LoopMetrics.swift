/// What one event loop counts. Plain numbers that only that loop touches; whoever wants to see them asks every loop and
/// adds them up.
struct LoopMetrics: Sendable {
    struct RequestKey: Hashable, Sendable {
        /// The route's class; `none` when there was no route.
        let route: String
        let status: Int
    }

    struct Histogram: Sendable {
        /// Upper bounds, in seconds.
        static let bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
        private(set) var buckets = Array(repeating: 0, count: bounds.count + 1)
        private(set) var sum = 0.0
        var count: Int { buckets.reduce(0, +) }

        mutating func observe(_ seconds: Double) {
            buckets[Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count] += 1
            sum += seconds
        }

        mutating func add(_ other: Histogram) {
            for index in buckets.indices { buckets[index] += other.buckets[index] }
            sum += other.sum
        }
    }

    /// Of one class of route.
    private struct RouteCounts: Sendable {
        /// By status, which is below 600 (both readers of answers see to it); 0 is that of who went away before there was any.
        var statuses = Array(repeating: 0, count: 600)
        var durations = Histogram()
    }

    /// By ``Route/Kind/number``; the last is for those without a route.
    private var routes = Array(repeating: RouteCounts(), count: Route.Kind.allCases.count + 1)
    private(set) var upstreamErrors: [String: Int] = [:]
    private(set) var limited: [LimitReason: Int] = [:]
    var retries = 0
    /// Replicas that are left alone just now, as this loop sees it.
    var shutReplicas = 0
    /// Requests that wait for their turn, and those on their way in the fair queue's sense.
    var waitingRequests = 0
    var requestsUnderWay = 0
    /// Answers that wait for their reader.
    var unreadAnswers = 0
    var openConnections = 0
    var openTunnels = 0
    /// Of bodies and tunnels, as they were taken from a connection.
    var bytesFromClients = 0
    var bytesFromUpstreams = 0
    var cacheHits = 0
    var cacheMisses = 0
    /// Requests, streams and tunnels ended because their credential was good no longer.
    var withdrawn = 0
    /// Spans for which there was no room.
    var droppedSpans = 0

    /// - Parameter kind: nil: there was no route.
    mutating func finished(_ kind: Route.Kind?, status: Int, seconds: Double) {
        let number = kind?.number ?? Route.Kind.allCases.count
        routes[number].statuses[status] += 1
        routes[number].durations.observe(seconds)
    }

    var requests: [RequestKey: Int] {
        var all: [RequestKey: Int] = [:]
        for (name, counts) in named {
            for (status, count) in counts.statuses.enumerated() where count > 0 {
                all[RequestKey(route: name, status: status)] = count
            }
        }
        return all
    }

    var durations: [String: Histogram] {
        Dictionary(uniqueKeysWithValues: named.map { ($0, $1.durations) }.filter { $1.count > 0 })
    }

    private var named: [(String, RouteCounts)] {
        Array(zip(Route.Kind.allCases.map(\.rawValue) + ["none"], routes))
    }

    mutating func upstreamFailed(route: String) { upstreamErrors[route, default: 0] += 1 }

    mutating func limit(_ reason: LimitReason) { limited[reason, default: 0] += 1 }

    mutating func add(_ other: LoopMetrics) {
        limited.merge(other.limited, uniquingKeysWith: +)
        retries += other.retries
        shutReplicas += other.shutReplicas
        waitingRequests += other.waitingRequests
        requestsUnderWay += other.requestsUnderWay
        unreadAnswers += other.unreadAnswers
        for index in routes.indices {
            for (status, count) in other.routes[index].statuses.enumerated() {
                routes[index].statuses[status] += count
            }
            routes[index].durations.add(other.routes[index].durations)
        }
        upstreamErrors.merge(other.upstreamErrors, uniquingKeysWith: +)
        openConnections += other.openConnections
        openTunnels += other.openTunnels
        bytesFromClients += other.bytesFromClients
        bytesFromUpstreams += other.bytesFromUpstreams
        cacheHits += other.cacheHits
        cacheMisses += other.cacheMisses
        withdrawn += other.withdrawn
        droppedSpans += other.droppedSpans
    }
}
