import NIOCore
import Testing

@testable import BedelGateway

@Suite("HTTP/2 connections share the event loop's time")
struct TimeShareTests {
    /// What it does until the next pause, with turns of that length; those in `greedy` always want more.
    private func round(
        _ share: inout TimeShare<String>, at now: inout NIODeadline, turn: TimeAmount, greedy: Set<String>
    ) -> [String] {
        var turns: [String] = []
        while case .go(let user) = share.next(at: now) {
            turns.append(user)
            now = now + turn
            share.took(turn, user, wantsMore: greedy.contains(user))
        }
        return turns
    }

    private func share() -> TimeShare<String> { TimeShare(limit: .milliseconds(1)) }

    @Test func whoIsAloneGoesAtOnce() {
        var share = share()
        var now = NIODeadline.now()
        share.join("a")
        #expect(round(&share, at: &now, turn: .microseconds(100), greedy: []) == ["a"])
        guard case .idle = share.next(at: now) else {
            Issue.record("nobody is there")
            return
        }
    }

    @Test func afterAWhileTheOthersAreLookedAt() {
        var share = share()
        var now = NIODeadline.now()
        share.join("flood")
        let turns = round(&share, at: &now, turn: .microseconds(100), greedy: ["flood"])
        #expect(turns.count == 10)
        guard case .idle = share.next(at: now) else {
            Issue.record("it has to wait for the others")
            return
        }
        share.resume(at: now)
        #expect(round(&share, at: &now, turn: .microseconds(100), greedy: ["flood"]).count == 10)
    }

    @Test func oneLongTurnIsEnough() {
        var share = share()
        var now = NIODeadline.now()
        share.join("flood")
        for _ in 0..<3 {
            #expect(round(&share, at: &now, turn: .milliseconds(3), greedy: ["flood"]) == ["flood"])
            share.resume(at: now)
        }
    }

    @Test func whoHasJustComeGoesInFrontButNotAlways() {
        var share = share()
        var now = NIODeadline.now()
        for name in ["flood 1", "flood 2"] { share.join(name) }
        _ = round(&share, at: &now, turn: .microseconds(300), greedy: ["flood 1", "flood 2"])
        share.resume(at: now)
        for name in ["x", "y", "z"] { share.join(name) }
        let turns = round(&share, at: &now, turn: .microseconds(150), greedy: ["flood 1", "flood 2"])
        #expect(turns.prefix(5).filter { ["x", "y", "z"].contains($0) }.count >= 2)
        #expect(turns.contains { $0.hasPrefix("flood") })
        #expect(turns.filter { $0 == "x" }.count == 1)
    }

    /// But for a few turns at the beginning, when those who have not had one yet alternate with those who have.
    @Test func everyFloodGetsTheSame() {
        var share = share()
        var now = NIODeadline.now()
        let names = (0..<7).map { "flood \($0)" }
        for name in names { share.join(name) }
        var counts: [String: Int] = [:]
        for _ in 0..<70 {
            for name in round(&share, at: &now, turn: .microseconds(100), greedy: Set(names)) {
                counts[name, default: 0] += 1
            }
            share.resume(at: now)
        }
        #expect(counts.values.allSatisfy { (93...107).contains($0) }, "\(counts)")
    }

    /// Long ago means that everybody was looked at meanwhile.
    @Test func timeThatWasSpentIsForgotten() {
        var share = share()
        var now = NIODeadline.now()
        share.join("a")
        #expect(round(&share, at: &now, turn: .microseconds(999), greedy: []) == ["a"])
        now = now + .milliseconds(3)
        share.join("b")
        #expect(round(&share, at: &now, turn: .microseconds(100), greedy: ["b"]).count == 10)
    }
}
