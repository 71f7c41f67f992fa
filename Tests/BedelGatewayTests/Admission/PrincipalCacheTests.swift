import BedelDomain
import Testing

@testable import BedelGateway

@Suite("Who is who, remembered")
struct PrincipalCacheTests {
    private static let now = Timestamp(seconds: 1000)

    private func known(until seconds: Int64) -> KnownPrincipal {
        KnownPrincipal(TestGateway.alice, until: Timestamp(seconds: seconds))
    }

    @Test func isFoundByTheExactCredentialOnly() {
        var cache = PrincipalCache(capacity: 4)
        cache.remember(known(until: 2000), for: .bearer("a"), asked: 0)
        #expect(cache.find(.bearer("a"), now: Self.now) != nil)
        for other: Credential in [
            .bearer("A"), .bearer("a "), .cookie("a", host: "x"), .basic(user: "", password: "a"),
        ] {
            #expect(cache.find(other, now: Self.now) == nil)
        }
    }

    @Test func isForgottenWhenItsTimeIsOver() {
        var cache = PrincipalCache(capacity: 4)
        cache.remember(known(until: 1000), for: .bearer("a"), asked: 0)
        #expect(cache.find(.bearer("a"), now: Timestamp(seconds: 999)) != nil)
        #expect(cache.find(.bearer("a"), now: Self.now) == nil)
    }

    @Test func aBearerTokenIsFoundByItsBytesAndNoOtherOnesOnly() {
        var cache = PrincipalCache(capacity: 4)
        let token = String(repeating: "eyJ", count: 100) + "signature"
        cache.remember(known(until: 2000), for: .bearer(token), asked: 0)
        let bytes = Array(token.utf8)
        #expect(cache.find(bearer: bytes[...], now: Self.now)?.credential == .bearer(token))
        for place in bytes.indices {
            var other = bytes
            other[place] ^= 1
            #expect(cache.find(bearer: other[...], now: Self.now) == nil, "another byte at \(place)")
        }
        #expect(cache.find(bearer: bytes.dropLast(), now: Self.now) == nil)
        #expect(cache.find(bearer: bytes[...], now: Timestamp(seconds: 2000)) == nil, "its time is over")
        cache.forgetAll()
        #expect(cache.find(bearer: bytes[...], now: Self.now) == nil, "forgotten")
    }

    @Test func theBytesOfWhatLeavesAreForgottenToo() {
        var cache = PrincipalCache(capacity: 2)
        for number in 0..<5 { cache.remember(known(until: 2000), for: .bearer("token-\(number)"), asked: 0) }
        let found = (0..<5).filter { cache.find(bearer: Array("token-\($0)".utf8)[...], now: Self.now) != nil }
        #expect(found == [3, 4])
    }

    @Test func neverHoldsMoreThanItsCapacityAndDropsTheOldest() {
        var cache = PrincipalCache(capacity: 3)
        for number in 0..<100 { cache.remember(known(until: 2000), for: .bearer("\(number)"), asked: 0) }
        #expect(cache.count == 3)
        #expect(cache.find(.bearer("96"), now: Self.now) == nil)
        #expect(cache.find(.bearer("97"), now: Self.now) != nil)
        #expect(cache.find(.bearer("99"), now: Self.now) != nil)
    }

    @Test func whatWasAskedBeforeForgettingIsNotRemembered() {
        var cache = PrincipalCache(capacity: 3)
        let asked = cache.epoch
        cache.forgetAll()
        cache.remember(known(until: 2000), for: .bearer("a"), asked: asked)
        #expect(cache.find(.bearer("a"), now: Self.now) == nil)
        cache.remember(known(until: 2000), for: .bearer("a"), asked: cache.epoch)
        #expect(cache.find(.bearer("a"), now: Self.now) != nil)
    }

    @Test func warmRequestsAskNobodyAndARevokedTokenIsRefusedAtOnce() async throws {
        try await Upstream.with { _, address in
            try await TestGateway.with(TestGateway.everything(at: address)) { gateway in
                try await RawClient.with(port: gateway.ports.gateway) { client in
                    let request = "GET / HTTP/1.1\r\nHost: \(TestGateway.base)\r\nAuthorization: Bearer alice\r\n\r\n"
                    for _ in 0..<5 {
                        try await client.send(request)
                        #expect(try await client.response()?.status == 200)
                    }
                    #expect(gateway.tokens.timesAsked == 1)
                    gateway.tokens.revoke(.bearer("alice"))
                    try await client.send(request)
                    #expect(try await client.response()?.status == 200, "nobody said yet that anything changed")
                    await gateway.gateway.forgetPrincipals()
                    try await client.send(request)
                    #expect(try await client.response()?.status == 401)
                    #expect(gateway.tokens.timesAsked == 2)
                }
            }
        }
    }
}
