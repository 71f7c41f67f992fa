/// How a run ended.
package enum Verdict: Hashable, Sendable, Codable {
    case scored(Scores)
    /// Typed, and with the blame: a platform fault is never a zero.
    case fault(Fault)
}
