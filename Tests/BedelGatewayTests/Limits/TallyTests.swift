import Testing

@testable import BedelGateway

@Suite("How many there are of each")
struct TallyTests {
    @Test func countsEachUpToItsLimit() {
        var tally = Tally<String>()
        let added = (0..<3).map { _ in tally.add("a", below: 2) }
        #expect(added == [true, true, false])
        #expect(tally.add("b", below: 2))
        #expect(tally["a"] == 2)
        #expect(tally["b"] == 1)
        tally.remove("a")
        #expect(tally.add("a", below: 2))
    }

    @Test func whoIsNotThereCannotBeTakenAway() {
        var tally = Tally<String>()
        tally.remove("a")
        #expect(tally["a"] == 0)
        #expect(tally.add("a", below: 1))
        for _ in 0..<3 { tally.remove("a") }
        #expect(tally["a"] == 0)
    }

    /// A hundred thousand addresses come once each, while a hundred stay.
    @Test func whoeverComesOnceIsForgotten() {
        var tally = Tally<Int>()
        for stayer in 0..<100 { #expect(tally.add(stayer, below: 1)) }
        var most = 0
        for passer in 100..<100_000 {
            #expect(tally.add(passer, below: 1))
            tally.remove(passer)
            most = max(most, tally.keptCount)
        }
        #expect(most <= 2 * 101 + 1)
        #expect((0..<100).allSatisfy { tally[$0] == 1 })
    }
}
