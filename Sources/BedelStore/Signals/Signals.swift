package import BedelDomain
internal import Logging

/// Signals over LISTEN and NOTIFY. Sending takes a connection of the pool; listening has one of its own, and somebody must
/// ``run()`` it.
package final class PostgresSignals: Signals {
    private let database: PostgresDatabase
    private let audience = Audience()

    package init(_ database: PostgresDatabase) { self.database = database }

    package func send(_ topic: Topic) async throws {
        try await database.execute("SELECT pg_notify(\(SignalChannel.name), \(topic.text))")
    }

    package func topics() -> AsyncStream<Topic> { audience.join() }

    /// Listens until the task is cancelled; comes back by itself when the connection breaks. Every time it begins to
    /// listen, everybody hears ``Topic/everything``: what happened before is lost.
    ///
    /// To be run once.
    package func run() async throws {
        let ear = SignalEar(database.configuration.url)
        ear.start()
        await listen(with: ear)
        await ear.stop()
        audience.dismiss()
    }

    private func listen(with ear: SignalEar) async {
        var pause = Self.shortestPause
        while !Task.isCancelled {
            do {
                try await ear.open()
                audience.hear([.everything])
                pause = Self.shortestPause
                while !Task.isCancelled { audience.hear(try await ear.wait()) }
            } catch is CancellationError {
                return
            } catch {
                database.logger.warning("signals are away", metadata: ["error": "\(Self.detail(of: error))"])
            }
            try? await Task.sleep(for: pause)
            pause = min(pause * 2, Self.longestPause)
        }
    }

    private static func detail(of error: any Error) -> String {
        String(reflecting: (error as? ServerFailure)?.bedelError ?? error)
    }

    private static let shortestPause = Duration.milliseconds(100)
    private static let longestPause = Duration.seconds(5)
}
