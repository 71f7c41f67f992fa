import NIOCore
import Testing

@testable import BedelGateway

@Suite("A breaker")
struct BreakerTests {
    private static let settings = UpstreamSettings()
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)

    private func opened() -> Breaker {
        var breaker = Breaker(Self.settings)
        for _ in 0..<Self.settings.failuresToOpen { breaker.failed(.ordinary, at: start) }
        return breaker
    }

    @Test func onlyFailuresInARowOpenIt() {
        var breaker = Breaker(Self.settings)
        for _ in 0..<50 {
            for _ in 1..<Self.settings.failuresToOpen { breaker.failed(.ordinary, at: start) }
            breaker.succeeded(.ordinary)
        }
        #expect(breaker.isClosed)
        for turn in 1...Self.settings.failuresToOpen {
            let opened = breaker.failed(.ordinary, at: start)
            #expect(opened == (turn == Self.settings.failuresToOpen))
        }
        #expect(breaker.opensAgain(start) == start + .seconds(1))
    }

    @Test func afterThePauseOneRequestFindsOut() {
        var breaker = opened()
        let later = start + .seconds(1)
        #expect(breaker.opensAgain(later) == nil)
        let pass = breaker.pass()
        #expect(pass == .trial)
        #expect(breaker.opensAgain(later) != nil, "one is enough")
        breaker.succeeded(pass)
        #expect(breaker.isClosed)
    }

    @Test func eachFailedTrialDoublesThePauseUpToItsLimit() {
        var breaker = opened()
        var now = start + .seconds(1)
        for expected in [2, 4, 8, 16, 30, 30] {
            breaker.failed(breaker.pass(), at: now)
            #expect(breaker.opensAgain(now) == now + .seconds(Int64(expected)))
            now = now + .seconds(Int64(expected))
        }
        breaker.succeeded(breaker.pass())
        for _ in 0..<Self.settings.failuresToOpen { breaker.failed(.ordinary, at: now) }
        #expect(breaker.opensAgain(now) == now + .seconds(1), "well again is well again")
    }

    @Test func oldNewsCountsForNothingOnceItIsOpen() {
        var breaker = opened()
        breaker.succeeded(.ordinary)
        #expect(!breaker.isClosed)
        let pass = breaker.pass()
        let opened = breaker.failed(.ordinary, at: start)
        #expect(!opened)
        let closed = breaker.succeeded(pass)
        #expect(closed)
    }

    @Test func abandonedTrialLetsTheNextRequestTry() {
        var breaker = opened()
        let later = start + .seconds(1)
        let pass = breaker.pass()
        breaker.abandoned(pass, at: later)
        #expect(breaker.opensAgain(later) == nil)
        let next = breaker.pass()
        #expect(next == .trial)
    }
}
