import BedelDomain
import Synchronization
import Testing

@Suite("Work that can be stopped")
struct StoppableTests {
    private final class Bell: Signals {
        private let listeners = Mutex<[AsyncStream<Topic>.Continuation]>([])
        func send(_ topic: Topic) async throws { listeners.withLock { $0.forEach { $0.yield(topic) } } }
        func topics() -> AsyncStream<Topic> {
            let (stream, listener) = AsyncStream<Topic>.makeStream()
            listeners.withLock { $0.append(listener) }
            return stream
        }
        func silence() { listeners.withLock { $0.forEach { $0.finish() } } }
    }

    private let bell = Bell()

    @Test func resultOfWorkThatEndsByItselfIsGivenBack() async throws {
        #expect(try await bell.untilOver(.jobs, isOver: { false }, { 7 }) == 7)
    }

    @Test func errorOfTheWorkIsThrownOn() async throws {
        await #expect(throws: BedelError.self) {
            try await bell.untilOver(.jobs, isOver: { false }) { () -> Int in throw BedelError(.conflict, "no") }
        }
    }

    @Test func workIsCancelledWhenTheTopicRingsAndItIsOverAndCleansUpFirst() async throws {
        let over = Atomic(false)
        let cleaned = Atomic(false)
        let (begun, began) = AsyncStream<Void>.makeStream()
        let bell = bell
        async let result: Int? = bell.untilOver(.jobs, isOver: { over.load(ordering: .relaxed) }) {
            began.yield()
            // Never ends by itself.
            do { try await Task.sleep(for: .seconds(3600)) } catch {
                cleaned.store(true, ordering: .relaxed)
                throw error
            }
            return 1
        }
        for await _ in begun { break }
        over.store(true, ordering: .relaxed)
        try await bell.send(.access)
        try await bell.send(.jobs)
        #expect(try await result == nil)
        let hasCleaned = cleaned.load(ordering: .relaxed)
        #expect(hasCleaned)
    }

    @Test func whatIsOverAlreadyIsNotWaitedFor() async throws {
        let result: Int? = try await bell.untilOver(.jobs, isOver: { true }) {
            // Longer than anybody waits.
            try await Task.sleep(for: .seconds(3600))
            return 1
        }
        #expect(result == nil)
    }

    @Test func aQuestionThatFailsIsNoReasonToStop() async throws {
        let result = try await bell.untilOver(.jobs, isOver: { throw BedelError(.unavailable, "away") }) {
            try await bell.send(.jobs)
            await Task.yield()
            return 3
        }
        #expect(result == 3)
    }

    @Test func endOfTheSignalsLeavesTheWorkAlone() async throws {
        let bell = bell
        let result = try await bell.untilOver(.jobs, isOver: { false }) {
            bell.silence()
            await Task.yield()
            return 4
        }
        #expect(result == 4)
    }
}
