/// The order a round's seed gives to its rows. Written out here, and not left to the standard library's `shuffled`,
/// because a round must be repeatable years later with another compiler.
package enum SeededOrder {
    /// The numbers from 0 to `count` - 1, each once: a Fisher–Yates shuffle (Durstenfeld's form) driven by SplitMix64.
    package static func permutation(of count: Int, seed: UInt64) -> [Int] {
        var generator = SplitMix64(state: seed)
        var order = Array(0..<count)
        for last in stride(from: count - 1, to: 0, by: -1) {
            order.swapAt(last, generator.below(last + 1))
        }
        return order
    }

    /// Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
    private struct SplitMix64 {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }

        /// Evenly from 0 to `bound` - 1: values from the incomplete last run of `bound` are drawn again.
        mutating func below(_ bound: Int) -> Int {
            let bound = UInt64(bound)
            let unfair = (UInt64.max % bound + 1) % bound
            var value = next()
            while value > UInt64.max - unfair { value = next() }
            return Int(value % bound)
        }
    }
}
