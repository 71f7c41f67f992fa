import BedelDomain

/// Performs what ``HarnessState`` decides for one entry: starts its instance, asks, stops it.
struct Harness: Sendable {
    let runner: any Runner
    let clock: any TimeSource
    /// Before an instance is started again after a platform fault.
    let retryPause: Duration

    /// Runs one entry to its verdict.
    /// - Parameters:
    ///   - order: what to start for each try.
    ///   - beginTry: called before each start.
    /// - Throws: `CancellationError` when the worker is told to stop, and what `beginTry` throws. Nothing runs any more
    ///   then, and no verdict was made of it.
    func verdict(
        of plan: CallPlan, platformRetries: Int, triesBefore: Int, order: @Sendable () async throws -> InstanceOrder,
        beginTry: @Sendable () async throws -> Void
    ) async throws -> Verdict {
        var state = HarnessState(plan, platformRetries: platformRetries, triesBefore: triesBefore)
        var instance: Instance.ID?
        var action = state.begin()
        var starts = 0
        while true {
            switch action {
            case .start:
                if starts > 0 { try await Task.sleep(for: retryPause) }
                starts += 1
                try await beginTry()
                action = try await handle(&state) {
                    let order = try await order()
                    instance = order.id
                    _ = try await runner.start(order)
                    return .started
                }
            case .call(let batch):
                let (id, batch, limit) = (instance, plan.batches[batch], plan.callLimit)
                action = try await handle(&state) { try await ask(id, batch, limit: limit) }
            case .stop:
                if let id = instance.take() { await runner.stop(id) }
                action = state.handle(.stopped)
            case .record(let verdict):
                return verdict
            }
            if Task.isCancelled {
                if let instance { await runner.stop(instance) }
                throw CancellationError()
            }
        }
    }

    /// Turns what happened, thrown or not, into an event. A failure of ours to reach the runner has no type of its own
    /// and counts as the platform's.
    private func handle(
        _ state: inout HarnessState, _ work: () async throws -> HarnessState.Event
    ) async throws -> HarnessState.Action {
        do { return state.handle(try await work()) } catch { return state.handle(.failed(.wrapping(error))) }
    }

    private func ask(_ id: Instance.ID?, _ batch: CallPlan.Batch, limit: Duration) async throws -> HarnessState.Event {
        guard let id else { throw BedelError.internalFailure("a call before any start") }
        let request = ModelRequest(path: PredictionRequest.path, body: batch.body, timeLimit: limit)
        let began = clock.now()
        let answer = try await runner.call(id, request)
        let took = max(.zero, clock.now() - began)
        return .answered(try PredictionAnswer.labels(in: answer, rows: batch.truth.count), took: took)
    }
}
