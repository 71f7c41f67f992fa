/// Finds the word a person may have meant.
enum Spelling {
    /// The known word with the fewest changed letters, when these are few for its length.
    static func nearest(to word: String, among known: some Sequence<String>) -> String? {
        let ranked = known.map { ($0, distance(Array(word.utf8), Array($0.utf8))) }
        guard let best = ranked.min(by: { ($0.1, $0.0) < ($1.1, $1.0) }) else { return nil }
        return best.1 <= max(1, word.utf8.count / 3) ? best.0 : nil
    }

    /// Levenshtein's distance; a letter in the other case does not count as changed.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var row = Array(0...right.count)
        for (index, leftByte) in left.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for (column, rightByte) in right.enumerated() {
                let change = leftByte | 0x20 == rightByte | 0x20 ? 0 : 1
                let best = min(diagonal + change, row[column] + 1, row[column + 1] + 1)
                diagonal = row[column + 1]
                row[column + 1] = best
            }
        }
        return row[right.count]
    }
}
