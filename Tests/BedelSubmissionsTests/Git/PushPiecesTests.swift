import BedelDomain
import Testing

@testable import BedelSubmissions

@Suite("Push tickets")
struct PushTicketsTests {
    private let clock = HandClock()
    private var holder: PushTickets.Holder {
        .init(
            principal: person("ana", role: .student), profile: label("ml-2026"), namespace: label("ml-2026"),
            model: label("digits"), context: here)
    }

    @Test func ticketWorksOnce() throws {
        let tickets = PushTickets(clock: clock)
        let ticket = tickets.issue(to: holder)
        #expect(try tickets.redeem(ticket).model == label("digits"))
        #expect(throws: BedelError.self) { try tickets.redeem(ticket) }
    }

    @Test func ticketExpires() {
        let tickets = PushTickets(clock: clock)
        let ticket = tickets.issue(to: holder)
        clock.advance(by: PushTickets.lifetime)
        #expect(throws: BedelError.self) { try tickets.redeem(ticket) }
    }

    @Test func ticketOfAnEndedPushIsWorthNothing() {
        let tickets = PushTickets(clock: clock)
        let ticket = tickets.issue(to: holder)
        tickets.revoke(ticket)
        #expect(throws: BedelError.self) { try tickets.redeem(ticket) }
    }
}

@Suite("A CGI head")
struct CGIHeadTests {
    @Test func isReadWhereverItIsCut() throws {
        let text = Array("Status: 404 Not Found\r\nContent-Type: text/plain\r\n\r\nbody".utf8)
        for cut in 0...text.count {
            var head = CGIHead()
            let first = try head.feed(Array(text[..<cut]))
            let parsed = try #require(try first ?? head.feed(Array(text[cut...])))
            #expect(parsed.status == 404)
            #expect(parsed.headers == [.init(name: "Content-Type", value: "text/plain")])
            #expect("body".hasPrefix(String(decoding: parsed.rest, as: UTF8.self)))
        }
    }

    @Test(arguments: ["no colon\n\n", ": empty\n\n", "Status: abc\n\n", "Status: 99\n\n", "Status: 999\n\n"])
    func nonsenseIsRefused(text: String) {
        #expect(throws: BedelError.self) {
            var head = CGIHead()
            return try head.feed(Array(text.utf8))
        }
    }

    @Test func endlessHeadIsRefused() {
        #expect(throws: BedelError.self) {
            var head = CGIHead()
            return try head.feed([UInt8](repeating: 65, count: 20_000))
        }
    }
}

@Suite("Handing bytes over")
struct ByteHandoffTests {
    @Test func writerWaitsForItsReader() async throws {
        let handoff = ByteHandoff()
        async let written: Void = {
            for piece in 1...100 { try await handoff.give([UInt8(piece)]) }
            handoff.finish()
        }()
        var read: [UInt8] = []
        for try await piece in HandoffBytes(handoff) { read += piece }
        try await written
        #expect(read == Array(1...100))
    }

    @Test func writerLearnsThatTheReaderIsGone() async {
        let handoff = ByteHandoff()
        do { _ = HandoffBytes(handoff) }
        await #expect(throws: ByteHandoff.ReaderGone.self) { try await handoff.give([1]) }
    }

    @Test func readerLearnsWhyItEndedEarly() async {
        let handoff = ByteHandoff()
        handoff.finish(throwing: away)
        await #expect(throws: BedelError.self) { try await handoff.take() }
    }

    @Test func cancelledReaderIsReleased() async {
        let handoff = ByteHandoff()
        let reader = Task { try await handoff.take() }
        reader.cancel()
        await #expect(throws: CancellationError.self) { try await reader.value }
    }
}
