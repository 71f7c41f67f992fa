import BedelDomain
import BedelStore
import Logging
import ServiceLifecycle

/// Takes refusals from the data path's spool to the audit trail, which may be slow or away: in batches, in order, each
/// once.
struct DenialShipper: Service {
    let spool: DenialSpool
    let audit: PostgresAuditLog
    let logger: Logger

    /// Between two tries while the database is away.
    private static let pause = Duration.seconds(2)

    /// Ends when everything recorded before the shutdown is written, or at once when it cannot be: then the next process
    /// finds it.
    func run() async throws {
        await withGracefulShutdownHandler {
            for await _ in spool.arrivals { await ship() }
        } onGracefulShutdown: {
            spool.finish()
        }
        try await takeOverAll(smallest: 0)
    }

    /// Until the database has everything that is in the spool now.
    private func ship() async {
        var isAway = false
        while !Task.isShuttingDownGracefully {
            do {
                try await takeOverAll()
                if isAway { logger.notice("the audit trail has its refusals again") }
                return
            } catch {
                if !isAway {
                    logger.warning(
                        "refusals wait in the spool for the audit trail",
                        metadata: ["error": .string(String(reflecting: error))])
                }
                isAway = true
                // Waiting for the database to come back: nothing rings when it does.
                try? await cancelWhenGracefulShutdown { try await ContinuousClock().sleep(for: Self.pause) }
            }
        }
    }

    private func takeOverAll(smallest: Int64 = 1 << 20) async throws {
        for segment in try spool.segments() { try await takeOver(segment, smallest: smallest) }
    }

    private func takeOver(_ segment: DenialSpool.Segment, smallest: Int64) async throws {
        var position = try await audit.position(of: segment.name)
        while true {
            let next = try spool.read(segment, from: position)
            guard next.upTo > position else { break }
            if next.damaged > 0 {
                logger.error(
                    "lines of the spool of refusals are damaged",
                    metadata: ["segment": "\(segment.name)", "lines": "\(next.damaged)"])
            }
            try await audit.takeOver(next.events, from: segment.name, upTo: next.upTo)
            spool.tookOver(bytes: next.upTo - position)
            position = next.upTo
        }
        if spool.retire(segment, at: position, smallest: smallest) { try await audit.forget(spool: segment.name) }
    }
}
