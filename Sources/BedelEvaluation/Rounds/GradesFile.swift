import BedelDomain

/// The grades of a round as the CSV that Moodle's gradebook takes unedited (Grades, Import, CSV file): UTF-8 without a
/// byte order mark, `username` as the key, and the grade always beside its feedback, because Moodle wipes the one when
/// only the other comes. An empty grade is "no grade", which Moodle does not turn into a zero.
enum GradesFile {
    static func text(_ grades: [Grade], item: String, by metric: Metric, of total: Int) -> String {
        let header = ["username", "idnumber", "email", item, "\(item) feedback"]
        return CSVWriter.text(
            [header] + grades.map { [$0.login, "", $0.email, $0.points, feedback($0.reason, by: metric, of: total)] })
    }

    private static func feedback(_ reason: Grade.Reason, by metric: Metric, of total: Int) -> String {
        switch reason {
        case .scored(let entry, let scores):
            let rank = entry.rank.map { ", rank \($0) of \(total)" } ?? ""
            let figure = "\(name(metric)) \(fourDecimals(scores[metric]))"
            return "\(title(entry)): \(figure), \(scores.correct) of \(scores.total) right\(rank)."
        case .modelFault(let entry, let fault):
            return "\(title(entry)): no score. \(fault.error)"
        case .platformFault(let entry, _):
            return "\(title(entry)): not graded, because something went wrong on our side."
        case .nothingHandedIn:
            return "Nothing was handed in."
        }
    }

    private static func title(_ entry: RoundEntry) -> String { "\(entry.model) version \(entry.number)" }

    private static func name(_ metric: Metric) -> String {
        switch metric {
        case .accuracy: "accuracy"
        case .macroF1: "macro-F1"
        }
    }

    /// Of a figure from 0 to 1.
    private static func fourDecimals(_ value: Double) -> String {
        let tenThousandths = Int((value * 10_000).rounded())
        let digits = String(tenThousandths % 10_000)
        return "\(tenThousandths / 10_000)." + String(repeating: "0", count: 4 - digits.count) + digits
    }
}
