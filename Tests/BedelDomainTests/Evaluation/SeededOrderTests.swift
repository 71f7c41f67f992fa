import BedelDomain
import Testing

@Suite("Seeded order")
struct SeededOrderTests {
    /// From a Python program written after the same paper; a round must be repeatable with any later build.
    @Test func orderOfASeedNeverChanges() {
        #expect(SeededOrder.permutation(of: 10, seed: 2026) == [5, 0, 9, 2, 4, 7, 3, 6, 8, 1])
        #expect(SeededOrder.permutation(of: 10, seed: 0) == [6, 3, 2, 9, 8, 1, 4, 7, 0, 5])
        #expect(SeededOrder.permutation(of: 1, seed: 5) == [0])
        #expect(SeededOrder.permutation(of: 0, seed: 5).isEmpty)
    }

    @Test(arguments: [0, 1, UInt64.max, 1 << 52])
    func everyRowComesOnce(_ seed: UInt64) {
        #expect(SeededOrder.permutation(of: 1000, seed: seed).sorted() == Array(0..<1000))
    }

    /// Over 6,000 seeds each of the six orders of three rows comes about 1,000 times; 5 standard deviations are 144.
    @Test func ordersAreEvenlySpread() {
        var counts: [[Int]: Int] = [:]
        for seed in 0..<6000 { counts[SeededOrder.permutation(of: 3, seed: UInt64(seed)), default: 0] += 1 }
        #expect(counts.count == 6)
        #expect(counts.values.allSatisfy { abs($0 - 1000) < 144 })
    }
}
