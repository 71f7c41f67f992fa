extension Signals {
    /// Runs `work` until it is done, or until somebody has ended what it is for; then it is cancelled.
    ///
    /// - Parameters:
    ///   - topic: rings when `isOver` may have become true.
    ///   - isOver: whether nobody waits for the work any more. Asked once at the start, and whenever the topic rings; an
    ///     error counts as no, because what cannot be asked just now has not been ended.
    /// - Returns: nil when it was ended.
    package func untilOver<Value: Sendable>(
        _ topic: Topic, isOver: @escaping @Sendable () async throws -> Bool,
        _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value? {
        // Listening begins before the first look, so that nothing falls between the two.
        let topics = topics()
        return try await withThrowingTaskGroup(of: Ending<Value>.self) { group in
            group.addTask { .done(try await work()) }
            group.addTask {
                if (try? await isOver()) == true { return .over }
                for await rung in topics where rung == topic || rung == .everything {
                    if (try? await isOver()) == true { return .over }
                }
                return .deaf
            }
            defer { group.cancelAll() }
            while let ending = try await group.next() {
                switch ending {
                case .done(let value): return value
                case .over:
                    group.cancelAll()
                    // The work cleans up behind itself before anybody may think it gone.
                    while let last = try? await group.next() { if case .done(let value) = last { return value } }
                    return nil
                case .deaf: continue
                }
            }
            throw CancellationError()
        }
    }
}

private enum Ending<Value: Sendable>: Sendable {
    case done(Value)
    case over
    /// The signals have ended, which they do with the process; the work goes on.
    case deaf
}
