import BedelDomain
import BedelStore
import Glibc

/// So many callers, each appending one event after the other.
struct AppendBench {
    let log: PostgresAuditLog
    let seconds: Int
    let callers: Int
    /// Whether every number is written to standard output once its event is safe, for a test that ends this program.
    let acknowledges: Bool

    func run() async throws {
        let clock = ContinuousClock()
        let began = clock.now
        let deadline = began + .seconds(seconds)
        let count = try await withThrowingTaskGroup(of: Int.self) { group in
            for caller in 0..<callers {
                group.addTask { try await append(as: caller, until: deadline) }
            }
            return try await group.reduce(0, +)
        }
        let took = (clock.now - began) / Duration.seconds(1)
        if !acknowledges {
            print("audit_events=\(count)")
            print("audit_events_per_second=\(Int(Double(count) / took))")
        }
    }

    /// - Returns: how many it appended.
    private func append(as caller: Int, until deadline: ContinuousClock.Instant) async throws -> Int {
        var count = 0
        while ContinuousClock.now < deadline {
            let number = count * callers + caller
            try await log.append(event(number))
            if acknowledges { acknowledge(number) }
            count += 1
        }
        return count
    }

    private func event(_ number: Int) -> AuditEvent {
        AuditEvent(
            at: Timestamp(microseconds: 1_795_000_000_000_000 + Int64(number)), actor: nil, actorName: "bench",
            action: "model.predict", resource: "model:ml-2026/digits", profile: Label("ml-2026"), outcome: .denied,
            reason: "role", facts: ["number": "\(number)", "status": "403"], requestID: "bench-\(number)",
            remoteAddress: "127.0.0.1")
    }

    /// One write(2), so that what was said is out even if the program ends at the next instruction.
    private func acknowledge(_ number: Int) {
        let line = Array("\(number)\n".utf8)
        _ = line.withUnsafeBytes { write(1, $0.baseAddress, $0.count) }
    }
}
