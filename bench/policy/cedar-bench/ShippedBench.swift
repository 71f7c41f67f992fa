import BedelDomain
import FoundationEssentials

/// How long a decision takes with the policies that are shipped, from the gateway's question to the answer, entities
/// included: for every role, every action, and things of one's own and of others. Prints `name=value` lines.
struct ShippedBench {
    private let authorizer: CedarAuthorizer
    private let questions: [Question]
    private let clock = ContinuousClock()

    private static let rounds = 200
    /// Questions asked between two looks at the clock, which costs as much as one of them.
    private static let batch = 16

    /// - Parameter directory: where `*.cedar` and `bedel.cedarschema` are.
    init(directory: String) throws {
        let root = URL(filePath: directory)
        func file(_ name: String) throws -> PolicyTexts.File {
            PolicyTexts.File(name: name, text: try String(contentsOf: root.appending(path: name), encoding: .utf8))
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: directory).filter { $0.hasSuffix(".cedar") }
        authorizer = try CedarAuthorizer(
            PolicyTexts(schema: file("bedel.cedarschema"), policies: names.sorted().map(file)))
        questions = Self.questions()
    }

    func run() {
        var times: [Double] = []
        for _ in 0..<Self.rounds {
            for start in stride(from: 0, to: questions.count - Self.batch, by: Self.batch) {
                times.append(microseconds(questions[start..<start + Self.batch]))
            }
        }
        times.sort()
        print("policy_shipped_decision_median_us=\(rounded(times[times.count / 2]))")
        print("policy_shipped_decision_p99_us=\(rounded(times[times.count * 99 / 100]))")
    }

    /// For one decision.
    private func microseconds(_ questions: ArraySlice<Question>) -> Double {
        var allowed = 0
        let time = clock.measure {
            for question in questions where authorizer.decide(question).isAllowed { allowed += 1 }
        }
        precondition(allowed <= questions.count)
        let (seconds, attoseconds) = time.components
        return (Double(seconds) * 1e6 + Double(attoseconds) / 1e12) / Double(questions.count)
    }

    private func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }

    private static func questions() -> [Question] {
        guard let course = Label("ml-2026"), let name = Label("digits") else { return [] }
        let time = Timestamp(seconds: 1)
        let (me, other) = (User.ID.random(at: time), User.ID.random(at: time))
        let proofs: [Principal.Proof] = [
            .session(.random(at: time)), .accessToken(.random(at: time), [.read, .predict]),
        ]
        return Role.allCases.flatMap { role in
            proofs.flatMap { proof in
                let person = Principal(
                    user: me, login: "me", name: "Me", email: "", groups: [], isAdmin: role == .admin,
                    roles: role == .admin ? [:] : [course: role], proof: proof)
                return Action.allCases.flatMap { action in
                    [me, other].map { Question(person, action, .model(name, in: course, owner: $0)) }
                }
            }
        }
    }
}
