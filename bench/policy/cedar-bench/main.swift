import Cedar

// Answers the cases on standard input, one line a request: the decision, the policies that decided, the policies that
// were skipped, and the nanoseconds inside the engine. Errors in the input end the run: they are the generator's.

var file = CaseFile()
var policies = PolicySet.empty
var entities = EntityStore.empty
let clock = ContinuousClock()

func nanoseconds(_ duration: Swift.Duration) -> Int64 {
    duration.components.seconds * 1_000_000_000 + duration.components.attoseconds / 1_000_000_000
}

while let line = readLine() {
    for step in try file.read(line) {
        switch step {
        case .policies(let set):
            policies = set
        case .refused(let errors):
            policies = .empty
            print("refused\t\(errors.errors[0])")
        case .entities(let store):
            entities = store
        case .request(let request):
            let start = clock.now
            let decision = policies.decide(request, entities)
            let time = nanoseconds(start.duration(to: clock.now))
            let reasons = decision.determining.sorted().joined(separator: ",")
            let errors = decision.errors.map(\.policyID).sorted().joined(separator: ",")
            print("\(decision.isAllowed ? "allow" : "deny")\t\(reasons)\t\(errors)\t\(time)")
        }
    }
}
