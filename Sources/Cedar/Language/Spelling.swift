/// Finds the word a person may have meant.
enum Spelling {
    /// The known word with the fewest changed letters, when these are few for its length.
    static func nearest(to word: String, among known: some Sequence<String>) -> String? {
        let ranked = known.map { ($0, distance(Array(word.utf8), Array($0.utf8))) }
        guard let best = ranked.min(by: { ($0.1, $0.0) < ($1.1, $1.0) }) else { return nil }
        return best.1 <= word.utf8.count / 3 || (best.1 == 1 && word.utf8.count > 1) ? best.0 : nil
    }

    /// How many letters are changed, added, left out or exchanged with their neighbour. A letter in the other case does
    /// not count as changed.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        let left = left.map { $0 | 0x20 }
        let right = right.map { $0 | 0x20 }
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for row in left.indices {
            var next = [row + 1]
            for column in right.indices {
                let change = left[row] == right[column] ? 0 : 1
                var best = min(last[column] + change, next[column] + 1, last[column + 1] + 1)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    best = min(best, beforeLast[column - 1] + 1)
                }
                next.append(best)
            }
            (beforeLast, last) = (last, next)
        }
        return last[right.count]
    }
}
