internal import BedelDomain
internal import Synchronization

/// Lets the first of several who want the same thing do the work; the others wait for its outcome.
final class BuildOnce: Sendable {
    private typealias Outcome = OneShot<Result<Void, any Error>>
    private let running = Mutex<[Digest: Outcome]>([:])

    /// - Parameter waiting: called when somebody else is already at it.
    func run(
        _ digest: Digest, waiting: @Sendable () -> Void, _ work: @Sendable () async throws -> Void
    ) async throws {
        while true {
            let mine = Outcome()
            let theirs = running.withLock { running -> Outcome? in
                if let existing = running[digest] { return existing }
                running[digest] = mine
                return nil
            }
            guard let theirs else { return try await perform(digest, mine, work) }
            waiting()
            guard let outcome = await theirs.wait() else { throw CancellationError() }
            // The one who worked was told to stop; that is not our failure, so take over.
            if case .failure(let error) = outcome, error is CancellationError { continue }
            return try outcome.get()
        }
    }

    private func perform(_ digest: Digest, _ mine: Outcome, _ work: @Sendable () async throws -> Void) async throws {
        let result: Result<Void, any Error>
        do { result = .success(try await work()) } catch { result = .failure(error) }
        running.withLock { $0[digest] = nil }
        mine.fulfil(result)
        try result.get()
    }
}
