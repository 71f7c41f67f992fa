import BedelDomain
import BedelIdentity
import OpenSSL

/// A thousand tokens a second whose `kid` nobody knows, while somebody with good tokens goes on. Both come as strangers
/// to each other do: at moments of their own. Quiet, storm, and as many texts that are no tokens at all take turns of a
/// tenth of a second, so that whatever else this machine does weighs on all three alike; the third says what is due to
/// there being more to do, whatever it is.
struct StormBench {
    private enum Weather: CaseIterable {
        case quiet
        case storm
        case drizzle
    }

    private static let strangersASecond = 1000
    private static let visitsASecond = 500
    private static let turn = Duration.milliseconds(100)
    private static let turnsASecond = 10

    private let house: BenchHouse
    private let seconds: Int
    private let clock = ContinuousClock()

    /// - Parameter seconds: that the storm lasts.
    init(_ house: BenchHouse, seconds: Int) {
        self.house = house
        self.seconds = seconds
    }

    func run() async throws {
        let good = try house.provider.token(-1, at: WallClock().now().seconds)
        _ = try await house.authenticator.authenticate(.bearer(good))
        let before = house.provider.keyFetches.count
        var latencies: [Weather: [Double]] = [:]
        for turn in 0..<seconds * Self.turnsASecond {
            for weather in Weather.allCases.shuffled() {
                async let strangers: Void = self.strangers(in: weather, like: good, turn: turn)
                latencies[weather, default: []] += try await visits(with: good)
                try await strangers
            }
        }
        report(Array(house.provider.keyFetches.dropFirst(before)), latencies.mapValues { $0.sorted() })
    }

    /// Somebody with a good token, for one turn; in microseconds.
    private func visits(with token: String) async throws -> [Double] {
        var latencies: [Double] = []
        let start = clock.now
        for moment in Self.moments(Self.visitsASecond / Self.turnsASecond) {
            try await clock.sleep(until: start + moment)
            let span = try await clock.measure { _ = try await house.authenticator.authenticate(.bearer(token)) }
            latencies.append(span / .microseconds(1))
        }
        return latencies
    }

    private func strangers(in weather: Weather, like token: String, turn: Int) async throws {
        guard weather != .quiet else { return }
        let parts = token.split(separator: ".")
        let start = clock.now
        for (number, moment) in Self.moments(Self.strangersASecond / Self.turnsASecond).enumerated() {
            let header = #"{"alg":"RS256","kid":"random-\#(turn)-\#(number)"}"#
            let stranger =
                weather == .drizzle
                ? "x\(turn)-\(number)" : "\(Base64.urlEncoded(Array(header.utf8))).\(parts[1]).\(parts[2])"
            try await clock.sleep(until: start + moment)
            do {
                _ = try await house.authenticator.authenticate(.bearer(stranger))
                throw BedelError.internalFailure("a stranger was let in")
            } catch let error as BedelError where ["unknown-key", "malformed"].contains(error.detail) {}
        }
    }

    /// So many moments of one turn, each as likely as any other.
    private static func moments(_ count: Int) -> [Duration] {
        (0..<count).map { _ in turn * Double.random(in: 0..<1) }.sorted()
    }

    private func report(_ fetches: [ContinuousClock.Instant], _ latencies: [Weather: [Double]]) {
        let gaps = zip(fetches.dropFirst(), fetches).map { ($0 - $1) / .milliseconds(1) }
        print("kid_storm_kids=\(seconds * Self.strangersASecond)")
        print("kid_storm_fetches=\(fetches.count)")
        print("kid_storm_window_ms=\(BenchHouse.window / .milliseconds(1))")
        print("kid_storm_least_gap_ms=\((gaps.min() ?? .infinity).rounded())")
        for (name, share) in [("p50", 0.5), ("p99", 0.99)] {
            func part(_ weather: Weather) -> Double {
                let sorted = latencies[weather] ?? []
                return sorted.isEmpty ? .nan : sorted[Int(Double(sorted.count) * share)]
            }
            print("kid_storm_valid_\(name)_quiet_us=\(part(.quiet).rounded())")
            print("kid_storm_valid_\(name)_storm_us=\(part(.storm).rounded())")
            print("kid_storm_valid_\(name)_drizzle_us=\(part(.drizzle).rounded())")
            print("kid_storm_valid_\(name)_ratio=\((part(.storm) / part(.quiet) * 1000).rounded() / 1000)")
            print("kid_storm_valid_\(name)_to_drizzle=\((part(.storm) / part(.drizzle) * 1000).rounded() / 1000)")
        }
    }
}
