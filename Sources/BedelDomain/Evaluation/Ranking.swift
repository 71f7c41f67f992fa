/// Places on a leaderboard.
package enum Ranking {
    /// Standard competition ranking, best score first: equal scores share a rank, and the next one counts everybody
    /// before it ("1, 2, 2, 4").
    ///
    /// Scores are equal when they agree to nine decimals, so that two ways of adding up the same fractions do not part
    /// two models that are level.
    package static func ranks<Name: Hashable>(of scores: [Name: Double]) -> [Name: Int] {
        let levels = scores.mapValues { ($0 * 1e9).rounded() }
        var ranks: [Name: Int] = [:]
        var previous: (level: Double, rank: Int)?
        for (index, entry) in levels.sorted(by: { $0.value > $1.value }).enumerated() {
            let rank = if let previous, previous.level == entry.value { previous.rank } else { index + 1 }
            ranks[entry.key] = rank
            previous = (entry.value, rank)
        }
        return ranks
    }

    /// The ranks of a round: scored entries only. A fault has no place, whoever's it was.
    package static func ranks(of entries: [RoundEntry], by metric: Metric) -> [Version.ID: Int] {
        var scores: [Version.ID: Double] = [:]
        for entry in entries { scores[entry.version] = entry.scores?[metric] }
        return ranks(of: scores)
    }
}
