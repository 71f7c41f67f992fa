import Logging
import NIOCore
import NIOPosix

/// Waits until somebody takes connections on the console's socket. At a start gateway and console begin together, and a
/// request that came before the console would be told that it is away.
struct ConsoleDoor: Sendable {
    let path: String
    /// A gateway beside it goes on without a console; then whoever wants it is told so.
    var limit = Duration.seconds(10)
    let logger: Logger

    func wait() async {
        let end = ContinuousClock.now + limit
        while await !isOpen() {
            guard ContinuousClock.now < end else {
                return logger.warning("the console does not take connections yet", metadata: ["socket": .string(path)])
            }
            guard (try? await Task.sleep(for: .milliseconds(20))) != nil else { return }
        }
    }

    private func isOpen() async -> Bool {
        let bootstrap = ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
        guard let channel = try? await bootstrap.connect(unixDomainSocketPath: path).get() else { return false }
        try? await channel.close().get()
        return true
    }
}
