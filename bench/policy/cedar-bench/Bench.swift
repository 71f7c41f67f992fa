import Cedar

/// Answers the cases on standard input, one line a request: the decision, the policies that decided, the policies that
/// were skipped, and the nanoseconds inside the engine. The requests of a case are read first and then decided one
/// after the other. Errors in the input end the run: they are the generator's.
struct Bench {
    private var file = CaseFile()
    private var policies = PolicySet.empty
    private var entities = EntityStore.empty
    private var requests: [AuthorizationRequest] = []
    private let clock = ContinuousClock()

    mutating func run() throws {
        while let line = readLine() {
            for step in try file.read(line) { take(step) }
        }
        decideAll()
    }

    private mutating func take(_ step: CaseFile.Line) {
        switch step {
        case .request(let request):
            requests.append(request)
        case .policies(let set):
            decideAll()
            policies = set
        case .refused(let errors):
            decideAll()
            policies = .empty
            print("refused\t\(errors.errors[0])")
        case .entities(let store):
            entities = store
        case .validation(let report):
            print(report.errors.first.map { "invalid\t\($0)" } ?? "valid\t\(report.warnings.count)")
        }
    }

    private mutating func decideAll() {
        let answers = requests.map { request in
            let start = clock.now
            let decision = policies.decide(request, entities)
            return (decision, Self.nanoseconds(start.duration(to: clock.now)))
        }
        for (decision, time) in answers {
            let reasons = decision.determining.sorted().joined(separator: ",")
            let errors = decision.errors.map(\.policyID).sorted().joined(separator: ",")
            print("\(decision.isAllowed ? "allow" : "deny")\t\(reasons)\t\(errors)\t\(time)")
        }
        requests = []
    }

    private static func nanoseconds(_ duration: Swift.Duration) -> Int64 {
        duration.components.seconds * 1_000_000_000 + duration.components.attoseconds / 1_000_000_000
    }
}
