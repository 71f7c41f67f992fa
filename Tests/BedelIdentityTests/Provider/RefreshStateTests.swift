import BedelDomain
import Testing

@testable import BedelIdentity

@Suite("When to fetch again")
struct RefreshStateTests {
    private let start = Timestamp(seconds: 1_000_000)
    private let timing = IdentityConfiguration.Timing()

    private func loaded(_ value: String = "a") -> RefreshState<String> {
        var state = RefreshState<String>(timing: timing)
        _ = state.step(for: .current, at: start)
        state.finish(value, at: start)
        return state
    }

    @Test func firstFetchesAndTheOthersWait() {
        var state = RefreshState<String>(timing: timing)
        #expect(state.step(for: .current, at: start).name == "fetch")
        #expect(state.step(for: .current, at: start).name == "wait")
        state.finish("a", at: start)
        #expect(state.step(for: .current, at: start).name == "use a 1")
    }

    @Test func firstFailureIsRetriedSoon() {
        var state = RefreshState<String>(timing: timing)
        _ = state.step(for: .current, at: start)
        state.fail(at: start)
        #expect(state.step(for: .current, at: start + .seconds(1)).name == "unavailable")
        #expect(state.step(for: .current, at: start + .seconds(2)).name == "fetch")
    }

    @Test func oldIsKeptThroughFailuresAndAskedForOnceAWindow() {
        var state = loaded()
        let later = start + .seconds(600)
        #expect(state.step(for: .current, at: later).name == "fetch")
        #expect(state.step(for: .current, at: later).name == "use a 1")
        state.fail(at: later)
        #expect(state.step(for: .current, at: later + .seconds(29)).name == "use a 1")
        #expect(state.step(for: .current, at: later + .seconds(30)).name == "fetch")
    }

    @Test func unknownKeyForcesOneFetchAWindow() {
        var state = loaded()
        #expect(state.step(for: .newer(than: 1), at: start).name == "fetch")
        #expect(state.step(for: .newer(than: 1), at: start).name == "wait")
        #expect(state.step(for: .current, at: start).name == "use a 1")
        state.finish("b", at: start)
        #expect(state.step(for: .newer(than: 1), at: start).name == "use b 2")
        #expect(state.step(for: .newer(than: 2), at: start + .seconds(29)).name == "use b 2")
        #expect(state.step(for: .newer(than: 2), at: start + .seconds(30)).name == "fetch")
    }

    @Test("what there is is all there is, once a look for more was in vain and until the next may be made")
    func whatIsSettledIsKnown() {
        var state = RefreshState<String>(timing: timing)
        #expect(state.settled(at: start) == nil, "nothing was fetched")
        _ = state.step(for: .current, at: start)
        #expect(state.settled(at: start) == nil, "it is on its way")
        state.finish("a", at: start)
        #expect(state.settled(at: start) == nil, "the first stranger may have a look made")
        _ = state.step(for: .newer(than: 1), at: start)
        #expect(state.settled(at: start) == nil)
        state.finish("b", at: start)
        #expect(state.settled(at: start + .seconds(29)) == "b")
        #expect(state.settled(at: start + .seconds(30)) == nil)
        _ = state.step(for: .newer(than: 2), at: start + .seconds(30))
        state.fail(at: start + .seconds(31))
        #expect(state.settled(at: start + .seconds(60)) == "b", "after a failure for as long")
        #expect(state.settled(at: start + .seconds(61)) == nil)
    }

    @Test func cancelledFetchCountsForNothing() {
        var state = loaded()
        #expect(state.step(for: .newer(than: 1), at: start).name == "fetch")
        state.abandon()
        #expect(state.step(for: .newer(than: 1), at: start).name == "fetch")
    }
}

extension RefreshState.Step {
    fileprivate var name: String {
        switch self {
        case .use(let value, let generation): "use \(value) \(generation)"
        case .fetch: "fetch"
        case .wait: "wait"
        case .unavailable: "unavailable"
        }
    }
}
