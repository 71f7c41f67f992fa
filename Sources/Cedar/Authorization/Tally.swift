/// What the policies of one decision said, by their places in the set.
struct Tally {
    private var permits: ContiguousArray<Int> = []
    private var forbids: ContiguousArray<Int> = []
    private var errors: [(place: Int, error: EvaluationError)] = []

    @inline(__always)
    mutating func ask(_ policy: CompiledPolicy, _ frame: inout Frame) {
        do throws(EvaluationError) {
            guard try policy.holds(&frame) else { return }
            switch policy.effect {
            case .permit: Self.add(policy.position, to: &permits)
            case .forbid: Self.add(policy.position, to: &forbids)
            }
        } catch {
            errors.append((policy.position, error))
        }
    }

    func decision(_ policies: [Policy]) -> AuthorizationDecision {
        AuthorizationDecision(
            isAllowed: forbids.isEmpty && !permits.isEmpty,
            determining: Self.inOrder(forbids.isEmpty ? permits : forbids).map { policies[$0].id },
            errors: errors.isEmpty ? [] : described(policies))
    }

    @inline(__always)
    private static func add(_ place: Int, to places: inout ContiguousArray<Int>) {
        // Once for the usual few, instead of growing step by step.
        if places.isEmpty { places.reserveCapacity(8) }
        places.append(place)
    }

    /// In the order of the set, each once.
    private static func inOrder(_ places: ContiguousArray<Int>) -> ContiguousArray<Int> {
        let areInOrder = places.indices.dropFirst().allSatisfy { places[$0 - 1] < places[$0] }
        return areInOrder ? places : ContiguousArray(Set(places).sorted())
    }

    private func described(_ policies: [Policy]) -> [PolicyError] {
        var last = -1
        return errors.sorted { $0.place < $1.place }.compactMap { place, error in
            defer { last = place }
            return place == last ? nil : PolicyError(policy: policies[place], error: error)
        }
    }
}
