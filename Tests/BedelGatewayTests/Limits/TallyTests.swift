import Testing

@testable import BedelGateway

@Suite("How many there are of each")
struct TallyTests {
    @Test func countsEachUpToItsLimit() {
        var tally = Tally<String>()
        let added = (0..<3).map { _ in tally.add("a", below: 2) }
        #expect(added == [true, true, false])
        #expect(tally["a"] == 2)
        #expect(tally["b"] == 0)
        tally.remove("a")
        let isAdded = tally.add("a", below: 2)
        #expect(isAdded)
    }

    @Test func whoIsNotThereCannotBeTakenAway() {
        var tally = Tally<String>()
        tally.remove("a")
        #expect(tally["a"] == 0)
        let isAdded = tally.add("a", below: 1)
        #expect(isAdded)
        for _ in 0..<3 { tally.remove("a") }
        #expect(tally["a"] == 0)
    }

    /// A hundred thousand addresses come once each, while a hundred stay.
    @Test func whoeverComesOnceIsForgotten() {
        var tally = Tally<Int>()
        let stayers = 0..<100
        let areIn = stayers.map { tally.add($0, below: 1) }
        #expect(!areIn.contains(false))
        var most = 0
        for passer in 100..<100_000 {
            _ = tally.add(passer, below: 1)
            tally.remove(passer)
            most = max(most, tally.keptCount)
        }
        #expect(most <= 2 * 101 + 1)
        #expect(stayers.allSatisfy { tally[$0] == 1 })
    }
}
