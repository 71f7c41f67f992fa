/// Which limits this machine can really enforce, so that nobody believes in one that is not there.
package struct RunnerCapabilities: Hashable, Sendable, Codable {
    /// For people: `bubblewrap 0.8.0, cgroup v1`.
    package let description: String
    package let enforced: [Limit]
    /// Each with the reason why not.
    package let missing: [Limit: String]

    package enum Limit: String, Sendable, Codable, CaseIterable {
        case memory, cpu, processes, network, filesystem, ownUser = "own-user", systemCalls = "system-calls"
    }

    package init(description: String, enforced: [Limit], missing: [Limit: String]) {
        self.description = description
        self.enforced = enforced
        self.missing = missing
    }
}
