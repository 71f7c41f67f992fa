import BedelDomain
import BedelIdentity
import OpenSSL

/// A thousand tokens a second whose `kid` nobody knows, while somebody with a good token goes on. Quiet and storm take
/// turns of a tenth of a second, so that whatever else this machine does weighs on both alike.
struct StormBench {
    private static let strangersASecond = 1000
    private static let turn = Duration.milliseconds(100)
    private static let turnsASecond = 10

    private let house: BenchHouse
    private let seconds: Int
    private let clock = ContinuousClock()

    init(_ house: BenchHouse, seconds: Int) {
        self.house = house
        self.seconds = seconds
    }

    func run() async throws {
        let good = try house.provider.token(-1, at: WallClock().now().seconds)
        _ = try await house.authenticator.authenticate(.bearer(good))
        let before = house.provider.keyFetches.count
        var (quiet, stormy): ([Double], [Double]) = ([], [])
        for turn in 0..<seconds * Self.turnsASecond {
            quiet += try await latencies(of: good)
            async let storm: Void = self.storm(like: good, turn: turn)
            stormy += try await latencies(of: good)
            try await storm
        }
        report(Array(house.provider.keyFetches.dropFirst(before)), quiet.sorted(), stormy.sorted())
    }

    /// One valid user asks every millisecond for one turn; in microseconds.
    private func latencies(of token: String) async throws -> [Double] {
        var latencies: [Double] = []
        let start = clock.now
        for tick in 1...100 {
            let span = try await clock.measure { _ = try await house.authenticator.authenticate(.bearer(token)) }
            latencies.append(span / .microseconds(1))
            try await clock.sleep(until: start + .milliseconds(tick))
        }
        return latencies
    }

    private func storm(like token: String, turn: Int) async throws {
        let parts = token.split(separator: ".")
        let count = Self.strangersASecond / Self.turnsASecond
        let start = clock.now
        for number in 1...count {
            let header = #"{"alg":"RS256","kid":"random-\#(turn)-\#(number)"}"#
            let stranger = "\(Base64.urlEncoded(Array(header.utf8))).\(parts[1]).\(parts[2])"
            do {
                _ = try await house.authenticator.authenticate(.bearer(stranger))
                throw BedelError.internalFailure("a stranger's token was let in")
            } catch let error as BedelError where error.detail == "unknown-key" {}
            try await clock.sleep(until: start + Self.turn * number / count)
        }
    }

    private func report(_ fetches: [ContinuousClock.Instant], _ quiet: [Double], _ stormy: [Double]) {
        let gaps = zip(fetches.dropFirst(), fetches).map { ($0 - $1) / .milliseconds(1) }
        print("kid_storm_kids=\(seconds * Self.strangersASecond)")
        print("kid_storm_fetches=\(fetches.count)")
        print("kid_storm_window_ms=\(BenchHouse.window / .milliseconds(1))")
        print("kid_storm_least_gap_ms=\((gaps.min() ?? .infinity).rounded())")
        for (name, share) in [("p50", 0.5), ("p99", 0.99)] {
            let (before, during) = (quiet[Int(Double(quiet.count) * share)], stormy[Int(Double(stormy.count) * share)])
            print("kid_storm_valid_\(name)_quiet_us=\(before.rounded())")
            print("kid_storm_valid_\(name)_storm_us=\(during.rounded())")
            print("kid_storm_valid_\(name)_ratio=\((during / before * 1000).rounded() / 1000)")
        }
    }
}
