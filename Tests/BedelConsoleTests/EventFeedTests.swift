import BedelDomain
import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization
import Testing

@testable import BedelConsole

@Suite("Event streams")
struct EventFeedTests {
    @Test("the truth comes first, then again after a signal, then the end")
    func aStreamTellsWhatChangesUntilItIsOver() async throws {
        let signals = MemorySignals()
        let round = Round.ID.random(at: FixedTime.now)
        let readings = Mutex(0)
        let feed = EventFeed(signals: signals, heartbeat: .seconds(600))
        let response = feed.response(concerns: { $0 == .round(round) }) { _ in
            let count = readings.withLock { count in
                count += 1
                return count
            }
            return .init(events: [ServerEvent(name: "round", data: "reading \(count)")], isFinished: count == 3)
        }
        #expect(response.headers[.contentType] == "text/event-stream")
        let pieces = Pieces()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await response.body.write(Recorder(pieces: pieces)) }
            try await pieces.wait(for: "reading 1")
            try await signals.send(.instances)
            try await signals.send(.round(round))
            try await pieces.wait(for: "reading 2")
            try await signals.send(.everything)
            try await group.waitForAll()
        }
        #expect(pieces.text.contains("event: round\ndata: reading 3\n\nevent: end\ndata: \n\n"))
        #expect(readings.withLock { $0 } == 3)
    }

    @Test func linesOfAnEventCannotBreakOutOfIt() {
        let event = ServerEvent(name: "log", data: "a\nevent: end\r\nb\rc", id: "7")
        #expect(event.text == "id: 7\nevent: log\ndata: a\ndata: event: end\ndata: b\ndata: c\n\n")
    }

    @Test func aModelThatIsDoneEndsItsStreamAtOnce() async throws {
        let answer = try await TestConsole().ask(.get, "/profiles/ml-2026/models/digits-ana/events?after=3", as: "ana")
        #expect(answer.text.contains("id: 4\nevent: log\ndata: Environment ready in 3.1 s.\n"))
        #expect(!answer.text.contains("Installing scikit-learn"))
        #expect(answer.text.contains("event: fragment\ndata: "))
        #expect(answer.text.hasSuffix("event: end\ndata: \n\n"))
    }

    @Test func aFinishedRoundIsToldOnceByTheAPI() async throws {
        let answer = try await TestConsole().ask(
            .get, "/api/v1/profiles/ml-2026/assignments/digits/rounds/2/events", as: "prof")
        #expect(answer.text.contains("event: round\ndata: {") && answer.text.contains("event: end"))
    }
}

/// What was written so far, and a way to wait for a piece of it.
private final class Pieces: Sendable {
    private let written = Mutex("")
    private let changes: AsyncStream<Void>
    private let change: AsyncStream<Void>.Continuation

    init() { (changes, change) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1)) }

    var text: String { written.withLock { $0 } }

    func add(_ text: String) {
        written.withLock { $0 += text }
        change.yield()
    }

    func wait(for text: String) async throws {
        for await _ in changes where self.text.contains(text) { return }
    }
}

private struct Recorder: ResponseBodyWriter {
    let pieces: Pieces

    mutating func write(_ buffer: ByteBuffer) async throws { pieces.add(String(buffer: buffer)) }
    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
