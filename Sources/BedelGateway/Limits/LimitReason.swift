/// Why a request was not served although nothing was wrong with it. A closed list, so that the metric's label is bounded.
enum LimitReason: String, CaseIterable, Sendable {
    /// The upstream has failed too often.
    case breaker
    /// It is closed on purpose.
    case maintenance
}
