import Cedar

/// Whether a decision takes longer when there are more entities: the same 1,000 policies over 100, 1,000 and 10,000 people,
/// courses and models, asked in turns in one run. Prints `name=value` lines.
///
/// Questions are spread over all of them, so what a larger store costs the processor's caches is in the figure. To tell
/// that from any other growth, the questions of the smallest store are also asked of the largest.
struct GrowthBench {
    private static let courses = 20
    private static let sizes = [100, 1_000, 10_000]
    private static let requests = 1_024
    private static let rounds = 200
    /// Questions asked between two looks at the clock, which costs as much as one of them.
    private static let batch = 16

    private let policies: PolicySet
    private let stores: [(size: Int, entities: EntityStore, requests: [AuthorizationRequest])]
    /// The largest store with the questions of the smallest.
    private let control: (entities: EntityStore, requests: [AuthorizationRequest])
    private let clock = ContinuousClock()

    init() throws {
        policies = try PolicySet(parsing: Self.texts)
        let stores = try Self.sizes.map { size in
            var random = Numbers(state: UInt64(size))
            let people = size - Self.courses - size / 10
            return (
                size, try EntityStore(Self.entities(people: people, models: size / 10)),
                (0..<Self.requests).map { _ in Self.request(people: people, models: size / 10, &random) }
            )
        }
        self.stores = stores
        control = (stores[stores.count - 1].1, stores[0].2)
    }

    func run() {
        let asked = stores.map { ($0.entities, $0.requests) } + [control]
        var times = [[Double]](repeating: [], count: asked.count)
        for _ in 0..<Self.rounds {
            for start in stride(from: 0, to: Self.requests, by: Self.batch) {
                for (index, (entities, requests)) in asked.enumerated() {
                    times[index].append(microseconds(requests[start..<start + Self.batch], entities))
                }
            }
        }
        let medians = times.map { $0.sorted()[$0.count / 2] }
        for (store, median) in zip(stores, medians) {
            print("policy_decision_\(store.size)_entities_median_us=\(rounded(median))")
        }
        print("policy_growth_10k_vs_100=\(rounded(medians[2] / medians[0]))")
        print("policy_growth_10k_vs_100_same_questions=\(rounded(medians[3] / medians[0]))")
    }

    /// For one decision.
    private func microseconds(_ requests: ArraySlice<AuthorizationRequest>, _ entities: EntityStore) -> Double {
        var determining = 0
        let time = clock.measure {
            for request in requests { determining += policies.decide(request, entities).determining.count }
        }
        precondition(determining >= 0)
        let (seconds, attoseconds) = time.components
        return (Double(seconds) * 1e6 + Double(attoseconds) / 1e12) / Double(requests.count)
    }

    private func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }

    // MARK: The lab

    private static let actions = ["call", "read", "submit", "grade", "delete"]

    /// Fifty for each course.
    private static var texts: String {
        (0..<1_000).map { number in
            let course = "Course::\"\(number % courses)\""
            let action = "Action::\"\(actions[number / courses % actions.count])\""
            let level = number / courses / actions.count
            return "permit(principal in \(course), action == \(action), resource in \(course)) "
                + "when { resource.owner == principal || principal.level > \(level) };"
        }.joined(separator: "\n")
    }

    private static func course(_ number: Int) -> EntityUID { EntityUID("Course", "\(number % courses)") }

    /// Everybody is in two courses, every model in one; so a question meets as many policies whatever their number.
    private static func entities(people: Int, models: Int) -> [Entity] {
        (0..<courses).map { Entity(uid: course($0), attributes: .empty, parents: []) }
            + (0..<people).map { number in
                Entity(
                    uid: EntityUID("User", "\(number)"), attributes: Record(["level": .long(Int64(number % 10))]),
                    parents: [course(number), course(number + 7)])
            }
            + (0..<models).map { number in
                Entity(
                    uid: EntityUID("Model", "\(number)"),
                    attributes: Record(["owner": .entity(EntityUID("User", "\(number * 9 % people)"))]),
                    parents: [course(number)])
            }
    }

    private static func request(people: Int, models: Int, _ random: inout Numbers) -> AuthorizationRequest {
        let model = Int.random(in: 0..<models, using: &random)
        // Of that model's course.
        let same = Int.random(in: 0..<people / courses, using: &random) * courses + model % courses
        return AuthorizationRequest(
            principal: EntityUID("User", "\(same)"),
            action: EntityUID("Action", actions[Int.random(in: 0..<actions.count, using: &random)]),
            resource: EntityUID("Model", "\(model)"), context: .empty)
    }

    /// SplitMix64, so that every run asks the same.
    private struct Numbers: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
            return mixed ^ (mixed >> 31)
        }
    }
}
