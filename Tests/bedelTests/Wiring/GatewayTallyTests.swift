import Testing

@testable import bedel

@Suite("How many gateways there are, as one of them hears it")
struct GatewayTallyTests {
    @Test func everyChangeCountsAtOnce() {
        var tally = GatewayTally()
        let changes = [1, 2, 2, 3, 1].map { tally.heard($0) }
        #expect(changes == [false, true, false, true, true])
        #expect(tally.count == 1)
    }

    /// Three gateways lose the database; the first one to reach it again hears of itself alone.
    @Test func nobodysShareIsTakenByTheFirstWhoIsBack() {
        var tally = GatewayTally()
        _ = tally.heard(3)
        _ = tally.heardNothing()
        #expect(tally.count == 3)
        let early = tally.heard(1)
        #expect(!early && tally.count == 3)
        let whole = tally.heard(3)
        #expect(!whole && tally.count == 3)
    }

    @Test func whoIsStillMissingIsGone() {
        var tally = GatewayTally()
        _ = tally.heard(3)
        _ = tally.heardNothing()
        let changes = [tally.heard(1), tally.heard(1)]
        #expect(changes == [false, true])
        #expect(tally.count == 1)
    }

    @Test func newOnesCountEvenThen() {
        var tally = GatewayTally()
        _ = tally.heardNothing()
        let isNew = tally.heard(2)
        #expect(isNew && tally.count == 2)
    }

    @Test func silenceIsNewsOnce() {
        var tally = GatewayTally()
        let news = [tally.heardNothing(), tally.heardNothing()]
        #expect(news == [true, false])
        _ = tally.heard(1)
        let again = tally.heardNothing()
        #expect(again)
    }
}
