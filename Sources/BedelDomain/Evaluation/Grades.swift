/// From the verdicts of a finished round to one grade a student.
package enum Grades {
    /// One grade for everybody who is a student of the profile, and for everybody with a model in the round who is no
    /// member any more; by login. Teachers, assistants and consumers get none, whatever they handed in: a gradebook
    /// refuses the whole file for one of them.
    ///
    /// The grade is the student's best score by `metric` × 100, rounded to hundredths, halves up. Without a score it is
    /// 0 when every fault was the models' own, and no grade at all when one of them was the platform's.
    package static func grades(of entries: [RoundEntry], members: [Member], by metric: Metric) -> [Grade] {
        let entriesByOwner = Dictionary(grouping: entries, by: \.owner)
        let memberIDs = Set(members.map(\.user))
        let students = members.filter { $0.role == .student }.map { ($0.user, $0.login, $0.email) }
        let formerMembers = entriesByOwner.values.compactMap(\.first).filter { !memberIDs.contains($0.owner) }
            .map { ($0.owner, $0.ownerLogin, $0.ownerEmail) }
        return (students + formerMembers).map { user, login, email in
            let reason = reason(for: entriesByOwner[user] ?? [], by: metric)
            return Grade(
                user: user, login: login, email: email, reason: reason, hundredths: hundredths(reason, by: metric))
        }
        .sorted { ($0.login, $0.user) < ($1.login, $1.user) }
    }

    private static func reason(for entries: [RoundEntry], by metric: Metric) -> Grade.Reason {
        let ordered = entries.sorted { $0.position < $1.position }
        var best: (entry: RoundEntry, scores: Scores)?
        var modelFault: (RoundEntry, Fault)?
        var platformFault: (RoundEntry, Fault)?
        for entry in ordered {
            switch entry.verdict {
            case .scored(let scores):
                if let known = best, known.scores[metric] >= scores[metric] { continue }
                best = (entry, scores)
            case .fault(let fault) where fault.blame == .model: modelFault = (entry, fault)
            case .fault(let fault): platformFault = (entry, fault)
            case nil: platformFault = (entry, Self.neverAsked)
            }
        }
        if let best { return .scored(best.entry, best.scores) }
        if let platformFault { return .platformFault(platformFault.0, platformFault.1) }
        if let modelFault { return .modelFault(modelFault.0, modelFault.1) }
        return .nothingHandedIn
    }

    private static func hundredths(_ reason: Grade.Reason, by metric: Metric) -> Int? {
        switch reason {
        case .scored(_, let scores): Int((scores[metric] * 10_000).rounded())
        case .modelFault: 0
        case .platformFault, .nothingHandedIn: nil
        }
    }

    private static let neverAsked = Fault(
        blame: .platform, code: .unavailable, message: "This model was not evaluated.",
        next: "Ask your teacher to run another round.")
}
