internal import BedelDomain

/// A round's entries in the order of their merit, each with what the same model reached in the round before.
struct Leaderboard: Hashable, Sendable {
    struct Row: Hashable, Sendable {
        let entry: RoundEntry
        /// By the round's metric; nil when the model was not there, or had a fault.
        let previous: Double?
    }

    let metric: Metric
    let rows: [Row]
    let done: Int
    let total: Int
    let faults: Int
    /// Whether the rows are kept back: before the end only those who run rounds see them.
    let isHidden: Bool

    /// Ranked entries first; then, while a round runs, those with scores; faults and those still waiting last.
    init(_ entries: [RoundEntry], previous: [RoundEntry], metric: Metric, isHidden: Bool = false) {
        let before = Dictionary(
            previous.compactMap { entry in entry.scores.map { (Competitor(entry), $0[metric]) } },
            uniquingKeysWith: { first, _ in first })
        self.metric = metric
        self.isHidden = isHidden
        done = entries.count { $0.state == .done }
        total = entries.count
        faults = entries.count { if case .fault = $0.verdict { true } else { false } }
        rows =
            isHidden
            ? []
            : entries.sorted { Self.goesBefore($0, $1, metric) }
                .map { Row(entry: $0, previous: before[Competitor($0)]) }
    }

    /// The same student's model of the same name, whatever its version.
    private struct Competitor: Hashable {
        let owner: User.ID
        let model: Label

        init(_ entry: RoundEntry) {
            owner = entry.owner
            model = entry.model
        }
    }

    private static func goesBefore(_ a: RoundEntry, _ b: RoundEntry, _ metric: Metric) -> Bool {
        let ranks = (a.rank ?? Int.max, b.rank ?? Int.max)
        if ranks.0 != ranks.1 { return ranks.0 < ranks.1 }
        let scores = (a.scores?[metric] ?? -1, b.scores?[metric] ?? -1)
        if scores.0 != scores.1 { return scores.0 > scores.1 }
        return (a.model, a.position) < (b.model, b.position)
    }

    /// The board of a round as this visitor may see it.
    static func read(_ round: Round, _ desk: Desk, _ visit: Visit) async throws -> Leaderboard {
        let store = desk.ports.evaluationStore
        let earlier = try await store.rounds(of: round.assignment, in: round.profile)
            .first { $0.number < round.number && $0.state == .finished }
        let previous = try await earlier.asyncMap { try await store.entries(of: $0.id) }
        return Leaderboard(
            try await store.entries(of: round.id), previous: previous ?? [], metric: round.manifest.metric,
            isHidden: round.state != .finished && !desk.may(visit, .roundStart, round.resource))
    }
}
