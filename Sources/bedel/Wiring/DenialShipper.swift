import BedelDomain
import Logging
import ServiceLifecycle

/// Takes refusals from the data path, which never waits, to the audit trail, which may be slow or away.
struct DenialShipper: DenialRecorder, Service {
    private let audit: any AuditLog
    private let logger: Logger
    private let events: AsyncStream<AuditEvent>
    private let inlet: AsyncStream<AuditEvent>.Continuation

    /// More than this waiting, and the oldest are dropped (and said so in the log): an attacker must not fill memory.
    private static let capacity = 10_000

    init(audit: any AuditLog, logger: Logger) {
        self.audit = audit
        self.logger = logger
        (events, inlet) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(Self.capacity))
    }

    func record(_ event: AuditEvent) {
        if case .dropped = inlet.yield(event) {
            logger.error("a refusal did not reach the audit trail: too many at once")
        }
    }

    /// Ends when everything recorded before the shutdown is written.
    func run() async throws {
        await withGracefulShutdownHandler {
            for await event in events { await write(event) }
        } onGracefulShutdown: {
            inlet.finish()
        }
    }

    private func write(_ event: AuditEvent) async {
        do {
            try await audit.append(event)
        } catch {
            logger.error(
                "a refusal did not reach the audit trail",
                metadata: [
                    "action": .string(event.action), "resource": .string(event.resource),
                    "actor": .string(event.actorName),
                    "request": .string(event.requestID), "error": .string(String(reflecting: error)),
                ])
        }
    }
}
