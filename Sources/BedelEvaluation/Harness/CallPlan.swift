import BedelDomain

/// Everything that every model of a round is asked, made once, so that all of them get the same bytes in the same order.
struct CallPlan: Sendable {
    /// One call: the body that is sent, and the truth that is not.
    struct Batch: Sendable {
        let body: [UInt8]
        let truth: [ClassLabel]
    }

    let batches: [Batch]
    let warmUpCalls: Int
    let callLimit: Duration

    /// Puts the rows in the order of the manifest's seed and parts them into calls. A body holds feature names and values
    /// only: neither labels nor the rows' places in the file.
    init(_ dataset: HiddenDataset, _ manifest: RoundManifest) {
        let order = SeededOrder.permutation(of: dataset.rows.count, seed: manifest.seed)
        let size = max(1, manifest.rowsPerCall)
        batches = stride(from: 0, to: order.count, by: size).map { start in
            let rows = order[start..<min(start + size, order.count)]
            return Batch(
                body: PredictionRequest.body(names: dataset.features, rows: rows.map { dataset.rows[$0] }),
                truth: rows.map { dataset.truth[$0] })
        }
        warmUpCalls = max(0, manifest.warmUpCalls)
        callLimit = .seconds(manifest.envelope.callSeconds)
    }
}
