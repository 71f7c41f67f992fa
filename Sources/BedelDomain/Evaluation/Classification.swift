/// How well predicted classes agree with the true ones. Pure arithmetic, the same figures as scikit-learn's.
package enum Classification {
    /// All figures of one model at once.
    /// - Precondition: `truth` and `predicted` have the same length.
    package static func scores(
        truth: [ClassLabel], predicted: [ClassLabel], medianMilliseconds: Double? = nil
    ) -> Scores {
        let correct = correctCount(truth: truth, predicted: predicted)
        return Scores(
            accuracy: truth.isEmpty ? 0 : Double(correct) / Double(truth.count),
            macroF1: macroF1(truth: truth, predicted: predicted), correct: correct, total: truth.count,
            medianMilliseconds: medianMilliseconds)
    }

    /// Correct predictions ÷ all predictions; 0 when there are none (scikit-learn's `accuracy_score`).
    package static func accuracy(truth: [ClassLabel], predicted: [ClassLabel]) -> Double {
        truth.isEmpty ? 0 : Double(correctCount(truth: truth, predicted: predicted)) / Double(truth.count)
    }

    /// The plain mean of every class's F1 = 2·TP ÷ (2·TP + FP + FN), every class weighing the same however rare it is.
    ///
    /// As in scikit-learn's `f1_score(average="macro", zero_division=0)`, the classes are those of the truth and of the
    /// predictions together: a class that is only predicted has an F1 of 0 and pulls the mean down, and so does one that
    /// is never predicted. 0 when there are no rows.
    package static func macroF1(truth: [ClassLabel], predicted: [ClassLabel]) -> Double {
        let counts = perClass(truth: truth, predicted: predicted)
        guard !counts.isEmpty else { return 0 }
        // Added up in the order of the labels, so that equal counts give the same last bit on every run.
        let sum = counts.sorted { $0.key < $1.key }.reduce(0.0) { $0 + $1.value.f1 }
        return sum / Double(counts.count)
    }

    private struct Counts {
        var truePositives = 0
        var falsePositives = 0
        var falseNegatives = 0

        /// A class in here stands in the truth or in the predictions, so the divisor is never 0.
        var f1: Double {
            Double(2 * truePositives) / Double(2 * truePositives + falsePositives + falseNegatives)
        }
    }

    private static func correctCount(truth: [ClassLabel], predicted: [ClassLabel]) -> Int {
        precondition(truth.count == predicted.count, "one prediction a row")
        return zip(truth, predicted).count { $0 == $1 }
    }

    private static func perClass(truth: [ClassLabel], predicted: [ClassLabel]) -> [ClassLabel: Counts] {
        precondition(truth.count == predicted.count, "one prediction a row")
        var counts: [ClassLabel: Counts] = [:]
        for (actual, guess) in zip(truth, predicted) {
            if actual == guess {
                counts[actual, default: Counts()].truePositives += 1
            } else {
                counts[actual, default: Counts()].falseNegatives += 1
                counts[guess, default: Counts()].falsePositives += 1
            }
        }
        return counts
    }
}
