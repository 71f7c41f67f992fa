import BedelDomain

/// Students, entries and verdicts for the tests of ranks and grades.
final class Samples {
    let profile = Profile.ID.random(at: Timestamp(seconds: 1))
    private let round = Round.ID.random(at: Timestamp(seconds: 1))
    private var users: [String: User.ID] = [:]
    private var nextPosition = 0

    let modelFault = Fault(BedelError(.modelCrashed, "The model crashed.", next: "Read its log."))
    let platformFault = Fault(BedelError(.unavailable, "No slot."))

    func user(_ login: String) -> User.ID {
        if let known = users[login] { return known }
        let new = User.ID.random(at: Timestamp(seconds: 1))
        users[login] = new
        return new
    }

    func member(_ login: String, _ role: Role = .student) -> Member {
        Member(
            profile: profile, user: user(login), login: login, name: login, email: "\(login)@uni.example", role: role,
            source: .manual)
    }

    func entry(_ login: String, model: String = "digits", _ verdict: Verdict?) -> RoundEntry {
        defer { nextPosition += 1 }
        return RoundEntry(
            round: round, version: .random(at: Timestamp(seconds: 1)), bundle: AuditRecord.genesis,
            model: Label(model)!, number: 1, owner: user(login), ownerLogin: login, ownerName: login,
            ownerEmail: "\(login)@uni.example", position: nextPosition, state: verdict == nil ? .waiting : .done,
            tries: 1,
            verdict: verdict, rank: nil)
    }

    func scores(accuracy: Double, macroF1: Double = 0) -> Scores {
        Scores(
            accuracy: accuracy, macroF1: macroF1, correct: Int(accuracy * 100), total: 100, medianMilliseconds: nil)
    }
}
