import Logging
import Synchronization

/// Says in the log which policies of a set could not be evaluated, each once: a decision is made thousands of times a
/// second, and the first line tells all.
final class SkippedPolicies: Sendable {
    private let known = Mutex<Set<String>>([])
    private let logger: Logger

    init(logger: Logger) { self.logger = logger }

    func note(_ report: String) {
        guard known.withLock({ $0.insert(report).inserted }) else { return }
        logger.error("a policy could not be evaluated and was left out", metadata: ["policy": .string(report)])
    }
}
