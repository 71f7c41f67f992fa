/// Everything that is the same for every model in a round. Frozen when the round is opened; changing any of it is another
/// round.
package struct RoundManifest: Hashable, Sendable, Codable {
    /// Of the harness: which program asked the models.
    package let harness: String
    package let dataset: Digest
    package let metric: Metric
    package let envelope: Envelope
    /// Orders the rows and the entries.
    package let seed: UInt64
    package let rowsPerCall: Int
    package let warmUpCalls: Int
    /// Repeats after a platform fault; a model's fault is never repeated.
    package let platformRetries: Int

    package init(
        harness: String, dataset: Digest, metric: Metric, envelope: Envelope, seed: UInt64, rowsPerCall: Int,
        warmUpCalls: Int, platformRetries: Int
    ) {
        self.harness = harness
        self.dataset = dataset
        self.metric = metric
        self.envelope = envelope
        self.seed = seed
        self.rowsPerCall = rowsPerCall
        self.warmUpCalls = warmUpCalls
        self.platformRetries = platformRetries
    }

    /// One spelling for one manifest: what is hashed and what is shown.
    package var text: String {
        """
        harness=\(harness)
        dataset=\(dataset)
        metric=\(metric.rawValue)
        cpu-millicores=\(envelope.cpuMillicores)
        memory-bytes=\(envelope.memory)
        processes=\(envelope.processes)
        scratch-bytes=\(envelope.scratch)
        start-seconds=\(envelope.startSeconds)
        call-seconds=\(envelope.callSeconds)
        network=none
        seed=\(seed)
        rows-per-call=\(rowsPerCall)
        warm-up-calls=\(warmUpCalls)
        platform-retries=\(platformRetries)

        """
    }
}
