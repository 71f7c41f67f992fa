import BedelDomain
import NIOCore
import Testing

@testable import BedelGateway

@Suite("Requests a second")
struct TokenBucketTests {
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)
    private let rate = RequestRate(perSecond: 10, burst: 20)

    /// Somebody asks a hundred times a second for a minute.
    @Test func overALongTimeTheRateHolds() {
        var bucket = TokenBucket(rate, now: start)
        let granted = (0..<6000).count { bucket.take(rate, now: start + .milliseconds(Int64($0) * 10)) == nil }
        #expect((618...622).contains(granted), "\(granted)")
    }

    @Test func burstIsGrantedAtOnceAndThenItSaysHowLongToWait() {
        var bucket = TokenBucket(rate, now: start)
        let granted = (0..<30).count { _ in bucket.take(rate, now: start) == nil }
        #expect(granted == 20)
        let wait = bucket.take(rate, now: start)
        #expect(wait == .milliseconds(100))
        let after = bucket.take(rate, now: start + .milliseconds(100))
        #expect(after == nil, "whoever waits that long is let through")
    }

    @Test func whatOthersLetThroughCounts() {
        var bucket = TokenBucket(rate, now: start)
        bucket.debit(15, rate)
        let granted = (0..<30).count { _ in bucket.take(rate, now: start) == nil }
        #expect(granted == 5)
        bucket.debit(1000, rate)
        let wait = bucket.take(rate, now: start)
        #expect(wait ?? .zero <= .milliseconds(2_200), "a debt is bounded")
    }

    // MARK: The limiter

    private let alice = User.ID.random(at: Timestamp(seconds: 1))
    private let bob = User.ID.random(at: Timestamp(seconds: 1))

    private func route(_ model: String = "digits", _ profile: Label = People.course) -> Route {
        let model = Label(model)!
        return Route(
            kind: .modelForPrograms, upstream: .model(model, in: profile),
            requirement: .init(action: .modelPredict, resource: .model(model, in: profile, owner: nil)))
    }

    private func limiter(_ adjust: (inout FairUse) -> Void) -> RateLimiter {
        var settings = FairUse()
        (settings.user, settings.address) = (nil, nil)
        adjust(&settings)
        return RateLimiter(settings)
    }

    private func granted(
        _ limiter: inout RateLimiter, _ user: User.ID?, _ address: String = "10.0.0.1", to route: Route,
        of count: Int = 100
    ) -> Int {
        (0..<count).count { _ in limiter.admit(user: user, address: address, to: route, now: start) == nil }
    }

    @Test func eachPersonHasTheirOwn() {
        var limiter = limiter { $0.user = rate }
        #expect(granted(&limiter, alice, to: route()) == 20)
        #expect(granted(&limiter, alice, to: route("other")) == 0)
        #expect(granted(&limiter, bob, to: route()) == 20)
    }

    @Test func nobodyIsKnownByTheAddress() {
        var limiter = limiter { $0.address = rate }
        #expect(granted(&limiter, nil, to: route()) == 20)
        #expect(granted(&limiter, nil, "10.0.0.2", to: route()) == 20)
        #expect(granted(&limiter, alice, to: route()) == 100)
    }

    @Test func routesAndProfilesHaveTheirs() {
        var limiter = limiter {
            $0.route = rate
            $0.profile = RequestRate(perSecond: 10, burst: 50)
        }
        #expect(granted(&limiter, alice, to: route()) == 20)
        #expect(granted(&limiter, bob, to: route("other")) == 20)
        #expect(granted(&limiter, bob, to: route("third")) == 10)
        #expect(granted(&limiter, bob, to: route("digits", People.otherCourse)) == 20)
        let refusal = limiter.admit(user: bob, address: "", to: route("fourth"), now: start)
        #expect(refusal?.reason == .profileRate)
    }

    @Test func whoeverIsOverTheirOwnLimitUsesUpNobodyElses() {
        var limiter = limiter {
            $0.user = rate
            $0.profile = RequestRate(perSecond: 10, burst: 50)
        }
        #expect(granted(&limiter, alice, to: route(), of: 10_000) == 20)
        #expect(granted(&limiter, bob, to: route()) == 20)
    }

    @Test(arguments: [1, 2, 3, 7])
    func gatewaysShareAQuotaAndNothingElse(_ gateways: Int) {
        var all = (0..<gateways).map { _ in limiter { $0.user = rate } }
        for index in all.indices {
            all[index].quotas = [People.course: RequestQuota(profile: 42)]
            all[index].gateways = gateways
        }
        // Everything at once, then ten seconds of more than they let through.
        var granted = 0
        for step in 0...1000 {
            let now = start + .milliseconds(Int64(step) * 10)
            for index in all.indices where all[index].admit(user: nil, address: "", to: route(), now: now) == nil {
                granted += 1
            }
        }
        #expect((42 * 10...42 * 11).contains(granted), "\(granted) of 42 a second in 10 s")
    }

    @Test func whatCannotBeDividedComesMoreSlowlyFromEach() {
        var limiter = limiter { $0.user = nil }
        limiter.quotas = [People.course: RequestQuota(everyMember: 1)]
        limiter.gateways = 4
        let granted = (0..<400).count { step in
            limiter.admit(user: bob, address: "", to: route(), now: start + .milliseconds(Int64(step) * 100)) == nil
        }
        #expect(granted == 10, "one in four seconds, for forty")
    }

    @Test func whenAGatewayGoesTheOthersTakeItsPart() {
        var limiter = limiter { $0.user = nil }
        limiter.quotas = [People.course: RequestQuota(profile: 10)]
        limiter.gateways = 2
        #expect(granted(&limiter, alice, to: route()) == 5)
        limiter.gateways = 1
        let later = (0..<100).count { _ in
            limiter.admit(user: alice, address: "", to: route(), now: start + .seconds(1)) == nil
        }
        #expect(later == 10)
        limiter.quotas = [People.course: RequestQuota(profile: 0)]
        #expect(granted(&limiter, alice, to: route()) == 0)
    }

    @Test func loopsTellEachOther() {
        var here = limiter { $0.user = rate }
        var there = limiter { $0.user = rate }
        #expect(granted(&here, alice, to: route()) == 20)
        there.debit(here.takeSpent(), now: start)
        #expect(granted(&there, alice, to: route()) == 0)
        #expect(here.takeSpent().isEmpty, "told once")
    }

    @Test func itStaysSmall() {
        var limiter = limiter { $0.address = rate }
        for number in 0..<(RateLimiter.capacity + 1000) {
            _ = limiter.admit(user: nil, address: "10.\(number)", to: route(), now: start)
        }
        #expect(limiter.count <= RateLimiter.capacity)
        limiter.tidy(start + .seconds(10))
        #expect(limiter.count == 0, "a full bucket is as good as none")
    }
}
