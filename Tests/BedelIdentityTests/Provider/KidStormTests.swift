import BedelDomain
import OpenSSL
import Testing

@testable import BedelIdentity

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A thousand tokens a second whose `kid` nobody knows, while people with good tokens go on: `bench/identity/kid-storm`
/// runs it and prints its figures. That a storm costs one fetch a window is also in ``KeyFetchTests``, without the clock.
@Suite("A storm of unknown keys")
struct KidStormTests {
    private static let seconds = ProcessInfo.processInfo.environment["BEDEL_KID_STORM_SECONDS"].flatMap { Int($0) }
    private static let window = Duration.seconds(1)
    private static let tokensASecond = 1000

    @Test(.enabled(if: seconds != nil, "a benchmark: bench/identity/kid-storm"))
    func stormIsFeltByNobody() async throws {
        let seconds = Self.seconds ?? 1
        let timing = IdentityConfiguration.Timing(window: Self.window, patience: .seconds(20))
        try await HostileProvider.face(timing: timing) { provider, desk in
            _ = try await desk.signInOnce()
            let good = try provider.accessToken()
            let before = provider.hits("certs")
            var (quiet, stormy): ([Duration], [Duration]) = ([], [])
            // Quiet and storm take turns, so that whatever else this machine does weighs on both alike.
            for second in 0..<seconds {
                quiet += try await Self.latencies(of: good, desk)
                provider.clock.advance(Self.window)
                async let storm: Void = Self.storm(like: good, second: second, desk)
                stormy += try await Self.latencies(of: good, desk)
                try await storm
            }
            let fetches = provider.hits("certs") - before
            #expect(fetches <= seconds)
            Self.report(seconds, fetches, quiet.sorted(), stormy.sorted())
        }
    }

    /// One valid user asks every two milliseconds for a second.
    private static func latencies(of token: String, _ desk: Desk) async throws -> [Duration] {
        let clock = ContinuousClock()
        var latencies: [Duration] = []
        let start = clock.now
        for tick in 1...500 {
            latencies.append(
                try await clock.measure { _ = try await desk.authenticator.authenticate(.bearer(token)) })
            // The rate is what is measured at.
            try await clock.sleep(until: start + .milliseconds(2 * tick))
        }
        return latencies
    }

    private static func storm(like token: String, second: Int, _ desk: Desk) async throws {
        let clock = ContinuousClock()
        let parts = token.split(separator: ".")
        let start = clock.now
        for number in 1...tokensASecond {
            let header = #"{"alg":"RS256","kid":"random-\#(second)-\#(number)"}"#
            let stranger = "\(Base64.urlEncoded(Array(header.utf8))).\(parts[1]).\(parts[2])"
            let refused = await refusal { try await desk.authenticator.authenticate(.bearer(stranger)) }
            #expect(refused?.detail == "unknown-key")
            // The rate is what is measured at.
            try await clock.sleep(until: start + .milliseconds(number * 1000 / tokensASecond))
        }
    }

    private static func report(_ windows: Int, _ fetches: Int, _ quiet: [Duration], _ stormy: [Duration]) {
        func microseconds(_ sorted: [Duration], _ share: Double) -> Double {
            let span = sorted[Int(Double(sorted.count - 1) * share)].components
            return Double(span.seconds) * 1e6 + Double(span.attoseconds) / 1e12
        }
        print("kid_storm_kids=\(windows * tokensASecond)")
        print("kid_storm_windows=\(windows)")
        print("kid_storm_fetches=\(fetches)")
        for (name, share) in [("p50", 0.5), ("p99", 0.99)] {
            let (before, during) = (microseconds(quiet, share), microseconds(stormy, share))
            print("kid_storm_valid_\(name)_quiet_us=\(before.rounded())")
            print("kid_storm_valid_\(name)_storm_us=\(during.rounded())")
            print("kid_storm_valid_\(name)_ratio=\((during / before * 1000).rounded() / 1000)")
        }
    }
}
