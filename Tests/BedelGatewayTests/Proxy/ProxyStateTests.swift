import Testing

@testable import BedelGateway

@Suite("The life of a client's connection, as decisions")
struct ProxyStateTests {
    private func exchanging(
        hasBody: Bool = false, keepsAlive: Bool = true, isIdempotent: Bool = true, reused: Bool = false
    ) -> ProxyState {
        var state = ProxyState()
        state.requestBegan(hasBody: hasBody, keepsAlive: keepsAlive, isIdempotent: isIdempotent)
        state.admitted()
        state.connected(reused: reused)
        return state
    }

    @Test func answeredRequestIsFollowedByTheNext() {
        var state = exchanging()
        state.responseBegan()
        #expect(state.responseEnded() == .next)
        #expect(state.phase == .waiting)
    }

    @Test func lastRequestClosesTheConnection() {
        var state = exchanging(keepsAlive: false)
        #expect(state.closesAfterAnswer)
        #expect(state.responseEnded() == .close)
    }

    @Test func answerBeforeTheEndOfTheRequestLingers() {
        var state = exchanging(hasBody: true)
        #expect(state.responseEnded() == .linger)
        #expect(state.wantsClientBytes(upstreamIsWritable: false))
    }

    @Test func littleThatIsMissingOfAnAnsweredRequestIsThrownAway() {
        var state = exchanging(hasBody: true)
        #expect(state.responseEnded(restIsWelcome: true) == .discard)
        #expect(state.wantsClientBytes(upstreamIsWritable: false))
        #expect(state.upstreamLost() == .ignore)
        #expect(state.discarded() == .next)
        #expect(state.phase == .waiting)

        var last = exchanging(hasBody: true, keepsAlive: false)
        #expect(last.responseEnded(restIsWelcome: true) == .linger, "the client was told that it closes")

        var draining = exchanging(hasBody: true)
        #expect(draining.responseEnded(restIsWelcome: true) == .discard)
        let isIdle = draining.drain()
        #expect(!isIdle, "the next request might be on its way with the rest")
        #expect(draining.discarded() == .close)
    }

    @Test func unreadableRequestIsTheLast() {
        var state = ProxyState()
        state.requestWasUnreadable()
        #expect(state.closesAfterAnswer)
        #expect(state.responseEnded() == .linger)
    }

    @Test func bodyIsReadOnlyWhileTheUpstreamTakesIt() {
        var state = ProxyState()
        state.requestBegan(hasBody: true, keepsAlive: true, isIdempotent: false)
        #expect(!state.wantsClientBytes(upstreamIsWritable: true), "not before anybody has decided")
        state.admitted()
        #expect(!state.wantsClientBytes(upstreamIsWritable: true))
        state.connected(reused: false)
        #expect(state.wantsClientBytes(upstreamIsWritable: true))
        #expect(!state.wantsClientBytes(upstreamIsWritable: false))
        state.requestEnded()
        #expect(!state.wantsClientBytes(upstreamIsWritable: true), "the next request waits for this one's answer")
    }

    @Test func stalePooledConnectionIsTriedOnceMore() {
        var state = exchanging(reused: true)
        #expect(state.upstreamLost() == .retry)
        #expect(state.phase == .connecting)
        state.connected(reused: true)
        #expect(state.upstreamLost() == .answer, "once")
    }

    @Test func whatMayHaveBeenDoneIsNotDoneTwice() {
        var post = exchanging(isIdempotent: false, reused: true)
        #expect(post.upstreamLost() == .answer)
        var fresh = exchanging(reused: false)
        #expect(fresh.upstreamLost() == .answer)
        var put = exchanging(hasBody: true, reused: true)
        #expect(put.upstreamLost() == .answer, "its body is gone")
        var heard = exchanging(reused: true)
        heard.heardUpstream()
        #expect(heard.upstreamLost() == .answer)
    }

    @Test func lossInTheMiddleOfAResponseCutsTheClient() {
        var state = exchanging(reused: true)
        state.heardUpstream()
        state.responseBegan()
        #expect(state.upstreamLost() == .cut)
        #expect(state.phase == .closed)
    }

    @Test func lossAfterTheEndIsNothing() {
        var state = exchanging()
        _ = state.responseEnded()
        #expect(state.upstreamLost() == .ignore)
    }

    @Test func drainClosesWhoeverHasNothingToDoAndLetsOthersFinish() {
        var idle = ProxyState()
        let mayClose = idle.drain()
        #expect(mayClose)
        var busy = exchanging()
        let mustNot = busy.drain()
        #expect(!mustNot)
        #expect(busy.closesAfterAnswer)
        #expect(busy.responseEnded() == .close)
    }

    @Test func tunnelEndsWithEitherSide() {
        var state = exchanging()
        state.protocolsSwitched()
        #expect(state.wantsClientBytes(upstreamIsWritable: true))
        #expect(!state.wantsClientBytes(upstreamIsWritable: false))
        #expect(state.upstreamLost() == .cut)
    }
}
