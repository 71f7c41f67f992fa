/// How well predictions agree with the truth; higher is better, 0 to 1.
package enum Metric: String, Sendable, Codable, CaseIterable, Hashable {
    case accuracy
    case macroF1 = "macro-f1"
}
