internal import BedelDomain
internal import Logging
internal import Synchronization

/// Carries lines from a tool that says them one by one to a store that takes them in batches: while one batch is being
/// written, the next one gathers.
struct BuildLog: Sendable {
    /// Lines kept of one build step, and characters of one line; installers can talk without end.
    private static let maximumLines = 2000
    private static let maximumLength = 1000

    let models: any ModelStore
    let version: Version.ID
    let clock: any TimeSource
    let logger: Logger

    func say(_ lines: [String], source: LogLine.Source = .bedel) async {
        guard !lines.isEmpty else { return }
        do {
            try await models.appendLog(
                lines.map { String($0.prefix(Self.maximumLength)) }, source: source, to: version, at: clock.now())
        } catch {
            logger.warning("log lines of a version were lost", metadata: ["error": "\(String(reflecting: error))"])
        }
    }

    /// Runs a step whose lines go to the log as they come; all of them are written when this returns.
    func collecting<Result: Sendable>(
        _ step: @Sendable (@escaping @Sendable (String) -> Void) async throws -> Result
    ) async throws -> Result {
        let gathered = Gathered()
        let (bell, ring) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for await _ in bell { await say(gathered.take(), source: .build) }
            }
            defer { ring.finish() }
            do {
                let result = try await step { line in
                    gathered.add(line, limit: Self.maximumLines)
                    ring.yield()
                }
                await say(gathered.take(), source: .build)
                return result
            } catch {
                await say(gathered.take(), source: .build)
                throw error
            }
        }
    }

    private final class Gathered: Sendable {
        private let state = Mutex((lines: [String](), count: 0))

        func add(_ line: String, limit: Int) {
            state.withLock { state in
                state.count += 1
                if state.count < limit { state.lines.append(line) }
                if state.count == limit { state.lines.append("… further lines are left out.") }
            }
        }

        func take() -> [String] {
            state.withLock { state in
                defer { state.lines = [] }
                return state.lines
            }
        }
    }
}
