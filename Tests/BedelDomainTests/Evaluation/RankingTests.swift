import BedelDomain
import Testing

@Suite("Ranks")
struct RankingTests {
    @Test func equalScoresShareARankAndTheNextCountsThemAll() {
        let ranks = Ranking.ranks(of: ["a": 0.9, "b": 0.8, "c": 0.8, "d": 0.7, "e": 0.7, "f": 0.7, "g": 0.1])
        #expect(ranks == ["a": 1, "b": 2, "c": 2, "d": 4, "e": 4, "f": 4, "g": 7])
    }

    @Test func lastBitOfASumDoesNotPartTwoModels() {
        #expect(Ranking.ranks(of: ["a": 0.1 + 0.2, "b": 0.3]) == ["a": 1, "b": 1])
        #expect(Ranking.ranks(of: ["a": 0.300001, "b": 0.3]) == ["a": 1, "b": 2])
    }

    @Test func twentyClonesShareOneRank() {
        let scores = Dictionary(uniqueKeysWithValues: (0..<20).map { ("clone-\($0)", 2.0 / 3) })
        #expect(Set(Ranking.ranks(of: scores).values) == [1])
    }

    @Test func nobodyAndOneAlone() {
        #expect(Ranking.ranks(of: [String: Double]()).isEmpty)
        #expect(Ranking.ranks(of: ["a": 0]) == ["a": 1])
    }

    @Test func faultsHaveNoRankAndTakeNoPlace() throws {
        let samples = Samples()
        let best = samples.entry("ana", .scored(samples.scores(accuracy: 0.5, macroF1: 0.9)))
        let crashed = samples.entry("bea", .fault(samples.modelFault))
        let waiting = samples.entry("eva", nil)
        let second = samples.entry("luz", .scored(samples.scores(accuracy: 0.6, macroF1: 0.1)))
        let entries = [best, crashed, waiting, second]
        #expect(Ranking.ranks(of: entries, by: .macroF1) == [best.version: 1, second.version: 2])
        #expect(Ranking.ranks(of: entries, by: .accuracy) == [second.version: 1, best.version: 2])
    }
}
