/// What one model reached in one round.
package struct Scores: Hashable, Sendable, Codable {
    package let accuracy: Double
    package let macroF1: Double
    package let correct: Int
    package let total: Int
    /// Median time of one call as the harness saw it, in milliseconds; nil when nothing was timed.
    package let medianMilliseconds: Double?

    package init(accuracy: Double, macroF1: Double, correct: Int, total: Int, medianMilliseconds: Double?) {
        self.accuracy = accuracy
        self.macroF1 = macroF1
        self.correct = correct
        self.total = total
        self.medianMilliseconds = medianMilliseconds
    }

    package subscript(metric: Metric) -> Double {
        switch metric {
        case .accuracy: accuracy
        case .macroF1: macroF1
        }
    }
}
