import BedelDomain
import Testing

/// The expected figures come from scikit-learn 1.9.1, called with the same two lists of strings:
/// `accuracy_score(truth, predicted)` and `f1_score(truth, predicted, average="macro", zero_division=0)`.
@Suite("Accuracy and macro-F1")
struct ClassificationTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let truth: [String]
        let predicted: [String]
        let accuracy: Double
        let macroF1: Double

        init(_ name: String, _ truth: [String], _ predicted: [String], _ accuracy: Double, _ macroF1: Double) {
            testDescription = name
            self.truth = truth
            self.predicted = predicted
            self.accuracy = accuracy
            self.macroF1 = macroF1
        }

        init(_ name: String, _ truth: String, _ predicted: String, _ accuracy: Double, _ macroF1: Double) {
            func words(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }
            self.init(name, words(truth), words(predicted), accuracy, macroF1)
        }
    }

    static let cases = [
        Case("all right", "a b c a", "a b c a", 1, 1),
        Case("two classes", "1 1 1 0 0 0 0 1 0 1", "1 0 1 0 0 1 0 1 1 1", 0.7, 0.696969696969697),
        Case(
            "three classes", "cat dog cat bird dog cat bird bird dog cat", "cat dog dog bird dog bird cat bird dog cat",
            0.7, 0.6984126984126985),
        Case(
            "a class that is never predicted", "0 0 0 1 2 1 2", "1 2 1 1 2 1 2", 0.5714285714285714, 0.48888888888888893
        ),
        Case("a class that is only predicted", "a a b b", "a z b b", 0.75, 0.5555555555555555),
        Case("all wrong", "a b a b", "b a b a", 0, 0),
        Case(
            "one rare class", Array(repeating: "x", count: 95) + Array(repeating: "y", count: 5),
            Array(repeating: "x", count: 99) + ["y"], 0.96, 0.6563573883161512),
        digits,
    ]

    /// 200 rows of ten classes, made by the same generator (a linear congruential one) as in the Python script.
    static var digits: Case {
        var state: UInt32 = 2026
        func next() -> UInt32 {
            state = (state &* 1_103_515_245 &+ 12345) & 0x7FFF_FFFF
            return state >> 16
        }
        var truth: [String] = []
        var predicted: [String] = []
        for _ in 0..<200 {
            let actual = next() % 10
            let luck = next() % 10
            truth.append("\(actual)")
            predicted.append("\(luck < 7 ? actual : next() % 10)")
        }
        return Case("ten classes, 200 rows", truth, predicted, 0.75, 0.7391049791768292)
    }

    @Test(arguments: cases)
    func figuresAreThoseOfScikitLearn(_ sample: Case) throws {
        let truth = sample.truth.compactMap { ClassLabel($0) }
        let predicted = sample.predicted.compactMap { ClassLabel($0) }
        try #require(truth.count == sample.truth.count && predicted.count == truth.count)
        let scores = Classification.scores(truth: truth, predicted: predicted, medianMilliseconds: 4)
        #expect(abs(scores.accuracy - sample.accuracy) < 1e-12)
        #expect(abs(scores.macroF1 - sample.macroF1) < 1e-12)
        #expect(scores.total == truth.count)
        #expect(Double(scores.correct) == (sample.accuracy * Double(truth.count)).rounded())
        #expect(scores.medianMilliseconds == 4)
        #expect(Classification.accuracy(truth: truth, predicted: predicted) == scores.accuracy)
    }

    @Test func noRowsGiveZeroAndNotNaN() {
        let scores = Classification.scores(truth: [], predicted: [])
        #expect(scores.accuracy == 0 && scores.macroF1 == 0 && scores.total == 0)
    }

    @Test func orderOfTheRowsDoesNotMoveTheLastBit() throws {
        let sample = Self.digits
        let pairs = zip(sample.truth, sample.predicted).map { ($0, $1) }
        let figures = (0..<20).map { seed in
            let order = SeededOrder.permutation(of: pairs.count, seed: UInt64(seed))
            return Classification.macroF1(
                truth: order.compactMap { ClassLabel(pairs[$0].0) },
                predicted: order.compactMap { ClassLabel(pairs[$0].1) })
        }
        #expect(Set(figures).count == 1)
    }
}
