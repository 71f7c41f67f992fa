import BedelDomain
import Synchronization
import Testing

@testable import BedelStore

@Suite("Audit events that come together")
struct AuditBatchTests {
    /// Writes as it is told: holds the first batch until the gate opens.
    private final class Writer: Sendable {
        let written = Mutex<[[String]]>([])
        let (gate, open) = AsyncStream<Void>.makeStream()
        let (begun, began) = AsyncStream<Void>.makeStream()

        func write(_ entries: [AuditEntry]) async throws {
            let isFirst = written.withLock {
                $0.append(entries.map(\.event.action)); return $0.count == 1
            }
            guard isFirst else { return }
            began.yield()
            for await _ in gate { return }
            throw CancellationError()
        }

        var batches: [[String]] { written.withLock { $0 } }
    }

    private let batches = AuditBatches()

    private func settled(_ count: Int) async {
        while batches.waitingCount < count { await Task.yield() }
    }

    @Test func thoseWhoComeDuringAWriteAreTheNextOne() async throws {
        let writer = Writer()
        let batches = batches
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await batches.append(.test("first"), write: writer.write) }
            for await _ in writer.begun { break }
            for number in 0..<20 {
                group.addTask { try await batches.append(.test("n\(number)"), write: writer.write) }
            }
            await settled(20)
            writer.open.yield()
            try await group.waitForAll()
        }
        #expect(writer.batches.map(\.count) == [1, 20])
        #expect(Set(writer.batches.joined()).count == 21)
    }

    @Test func aFailedWriteFailsForEverybodyInItAndForNobodyElse() async throws {
        let writer = Writer()
        let batches = batches
        let failing: @Sendable ([AuditEntry]) async throws -> Void = { entries in
            if entries.count == 1 { return try await writer.write(entries) }
            throw BedelError(.unavailable, "The disk is full.")
        }
        let failures = await withTaskGroup(of: Bool.self) { group in
            group.addTask { (try? await batches.append(.test("first"), write: failing)) == nil }
            for await _ in writer.begun { break }
            for number in 0..<5 {
                group.addTask { (try? await batches.append(.test("n\(number)"), write: failing)) == nil }
            }
            await settled(5)
            writer.open.yield()
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(failures == 5)
        try await batches.append(.test("later")) { #expect($0.map(\.event.action) == ["later"]) }
    }

    @Test func aCallerWhoIsStoppedTakesNobodyAlong() async throws {
        let writer = Writer()
        let batches = batches
        let leader = Task { try await batches.append(.test("first"), write: writer.write) }
        for await _ in writer.begun { break }
        let follower = Task { try await batches.append(.test("second"), write: writer.write) }
        await settled(1)
        leader.cancel()
        await #expect(throws: CancellationError.self) { try await leader.value }
        try await follower.value
        #expect(writer.batches == [["first"], ["second"]])
    }
}

extension AuditEntry {
    fileprivate static func test(_ action: String) throws -> Self { try Self(.test(action)) }
}
