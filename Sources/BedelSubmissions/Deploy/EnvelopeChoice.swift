package import BedelDomain

/// Which envelope a version runs in: that of the assignment it competes in, so that what a student sees is what a round
/// will give; the standard one for practice.
package struct EnvelopeChoice: Sendable {
    private let models: any ModelStore
    private let evaluations: any EvaluationStore

    package init(models: any ModelStore, evaluations: any EvaluationStore) {
        self.models = models
        self.evaluations = evaluations
    }

    func envelope(of version: Version) async throws -> Envelope {
        guard let assignment = try await models.model(named: version.modelName, in: version.profile)?.assignment else {
            return .standard
        }
        return try await evaluations.assignment(named: assignment, in: version.profile)?.envelope ?? .standard
    }
}
