import BedelDomain
import BedelGateway
import BedelIdentity
import COpenSSL
import OpenSSL

/// A token seen for the first time (parsed, verified, every claim checked, its person found), the same token again (the
/// gateway's memory of credentials), and what OpenSSL alone needs for the signature. All three in turns, so that
/// whatever else the machine does weighs on all alike.
struct TokenBench {
    private static let rounds = 60
    private static let tokensEach = 50
    private static let warmEach = 20_000

    private let house: BenchHouse
    private let clock = ContinuousClock()

    init(_ house: BenchHouse) { self.house = house }

    func run() async throws {
        let now = WallClock().now()
        let tokens = try (0..<Self.rounds * Self.tokensEach).map { try house.provider.token($0, at: now.seconds) }
        let raw = try RawVerification(house.provider.key.publicKey)
        let first = try house.provider.token(-1, at: now.seconds)
        let known = try await house.authenticator.authenticate(.bearer(first))
        var memory = PrincipalCache(capacity: 10_000)
        memory.remember(KnownPrincipal(known.principal, until: known.until), for: .bearer(first), asked: memory.epoch)
        var (cold, bare, warm): ([Double], [Double], [Double]) = ([], [], [])
        for round in 0..<Self.rounds {
            let batch = tokens[(round * Self.tokensEach)..<((round + 1) * Self.tokensEach)]
            cold.append(try await seconds(cold: batch) / Double(batch.count))
            bare.append(try seconds(raw, batch) / Double(batch.count))
            warm.append(try seconds(warm: first, memory) / Double(Self.warmEach))
        }
        report(cold.sorted(), bare.sorted(), warm.sorted(), size: first.utf8.count)
    }

    private func seconds(cold tokens: ArraySlice<String>) async throws -> Double {
        let start = clock.now
        for token in tokens { _ = try await house.authenticator.authenticate(.bearer(token)) }
        return (clock.now - start) / .seconds(1)
    }

    private func seconds(_ raw: RawVerification, _ tokens: ArraySlice<String>) throws -> Double {
        let parts = try tokens.map { token in try RawVerification.Signed(token) }
        let start = clock.now
        for part in parts where !raw.verifies(part) { throw BedelError.internalFailure("a good signature is refused") }
        return (clock.now - start) / .seconds(1)
    }

    /// As the gateway does it for a request: the token's bytes among the others of the head, the clock, the look-up.
    private func seconds(warm token: String, _ memory: PrincipalCache) throws -> Double {
        let head = Array("GET / HTTP/1.1\r\nHost: lab\r\nAuthorization: Bearer \(token)\r\n\r\n".utf8)
        let bytes = head[(head.count - token.utf8.count - 4)..<(head.count - 4)]
        let wall = WallClock()
        let start = clock.now
        for _ in 0..<Self.warmEach {
            guard memory.find(bearer: bytes, now: wall.now()) != nil else {
                throw BedelError.internalFailure("the token has been forgotten")
            }
        }
        return (clock.now - start) / .seconds(1)
    }

    private func report(_ cold: [Double], _ bare: [Double], _ warm: [Double], size: Int) {
        func median(_ sorted: [Double]) -> Double { sorted[sorted.count / 2] }
        func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }
        print("token_bytes=\(size)")
        print("token_check_warm_ns=\((median(warm) * 1e9).rounded())")
        print("token_check_cold_us=\(rounded(median(cold) * 1e6))")
        print("openssl_verify_us=\(rounded(median(bare) * 1e6))")
        print("token_check_cold_ratio=\(rounded(median(cold) / median(bare)))")
    }
}
