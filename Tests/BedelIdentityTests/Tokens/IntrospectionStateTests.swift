import BedelDomain
import OpenSSL
import Testing

@testable import BedelIdentity

@Suite("When a provider is asked about an opaque token")
struct IntrospectionStateTests {
    private let now = Timestamp(seconds: 1_772_355_600)
    private var state = IntrospectionState(limits: .init(questions: 2, waiting: 3, remembered: 4))

    private func key(_ number: Int) -> Digest { Digest(bytes: SHA256.digest(of: [UInt8(number)])) }

    private func token(until end: Timestamp) -> AcceptedToken {
        AcceptedToken(issuer: "i", subject: "s", expiresAt: end)
    }

    @Test mutating func soManyQuestionsAtATimeAndNoMore() {
        #expect(state.step(for: key(1), waiting: 0, at: now) == .ask)
        #expect(state.step(for: key(1), waiting: 0, at: now) == .wait)
        #expect(state.step(for: key(2), waiting: 1, at: now) == .ask)
        #expect(state.step(for: key(3), waiting: 2, at: now) == .wait)
        #expect(state.step(for: key(4), waiting: 3, at: now) == .unavailable)
        state.finish(key(1), .failure(.inactive), at: now)
        #expect(state.step(for: key(3), waiting: 0, at: now) == .ask)
        #expect(state.step(for: key(1), waiting: 0, at: now) == .use(.failure(.inactive)))
    }

    @Test mutating func whoGivesUpLeavesTheQuestionToTheNext() {
        #expect(state.step(for: key(1), waiting: 0, at: now) == .ask)
        state.abandon(key(1))
        #expect(state.step(for: key(1), waiting: 0, at: now) == .ask)
    }

    @Test mutating func failureHoldsQuestionsBackForAMoment() {
        #expect(state.step(for: key(1), waiting: 0, at: now) == .ask)
        state.fail(key(1), at: now)
        #expect(state.step(for: key(1), waiting: 0, at: now + .milliseconds(1999)) == .unavailable)
        #expect(state.step(for: key(2), waiting: 0, at: now + .seconds(2)) == .ask)
        state.finish(key(2), .failure(.inactive), at: now + .seconds(2))
        #expect(state.step(for: key(1), waiting: 0, at: now + .seconds(2)) == .ask)
    }

    @Test mutating func floodOfBadTokensPushesNoGoodOneOut() {
        let good = token(until: now + .seconds(300))
        state.finish(key(0), .success(good), at: now)
        for number in 1...100 { state.finish(key(number), .failure(.inactive), at: now) }
        #expect(state.step(for: key(0), waiting: 0, at: now) == .use(.success(good)))
        #expect(state.step(for: key(100), waiting: 0, at: now) == .use(.failure(.inactive)))
        #expect(state.step(for: key(1), waiting: 0, at: now) == .ask)
    }

    @Test mutating func memoryIsBounded() {
        let (short, long) = (token(until: now + .seconds(10)), token(until: now + .seconds(300)))
        for number in 0..<3 { state.finish(key(number), .success(short), at: now) }
        state.finish(key(3), .success(long), at: now)
        state.finish(key(4), .success(long), at: now + .seconds(20))
        #expect(state.step(for: key(3), waiting: 0, at: now + .seconds(20)) == .use(.success(long)))
        #expect(state.step(for: key(0), waiting: 0, at: now + .seconds(20)) == .ask)
    }
}
