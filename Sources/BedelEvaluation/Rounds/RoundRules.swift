/// What this Bedel writes into the manifest of every round it opens, beside what the assignment says.
package struct RoundRules: Hashable, Sendable {
    package var rowsPerCall: Int
    package var warmUpCalls: Int
    package var platformRetries: Int

    package init(rowsPerCall: Int, warmUpCalls: Int, platformRetries: Int) {
        self.rowsPerCall = rowsPerCall
        self.warmUpCalls = warmUpCalls
        self.platformRetries = platformRetries
    }

    /// Batches small enough that a slow model shows progress; as many repeats as the acceptance rule for platform faults
    /// allows.
    package static let standard = RoundRules(rowsPerCall: 32, warmUpCalls: 2, platformRetries: 2)
}
