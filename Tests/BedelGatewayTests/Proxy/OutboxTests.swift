import NIOCore
import NIOEmbedded
import Testing

@testable import BedelGateway

@Suite("What is to be sent")
struct OutboxTests {
    private final class Message: Sender {
        private(set) var sent = 0
        private let whenSent: () -> Void

        init(_ whenSent: @escaping () -> Void = {}) { self.whenSent = whenSent }

        func sendNow() {
            sent += 1
            whenSent()
        }
    }

    private let eventLoop = EmbeddedEventLoop()

    @Test func waitsForTheOthersWhoAreReady() {
        let outbox = Outbox(eventLoop: eventLoop)
        let messages = [Message(), Message(), Message()]
        messages.forEach(outbox.add)
        #expect(messages.map(\.sent) == [0, 0, 0])
        eventLoop.run()
        #expect(messages.map(\.sent) == [1, 1, 1])
        eventLoop.run()
        #expect(messages.map(\.sent) == [1, 1, 1])
    }

    @Test func goesWhenThereAreMany() {
        let outbox = Outbox(eventLoop: eventLoop)
        let messages = (0..<20).map { _ in Message() }
        messages.forEach(outbox.add)
        #expect(messages.map(\.sent) == Array(repeating: 1, count: 16) + Array(repeating: 0, count: 4))
        eventLoop.run()
        #expect(messages.allSatisfy { $0.sent == 1 })
    }

    @Test func goesAlsoWhenItComesWhileOthersAreSent() {
        let outbox = Outbox(eventLoop: eventLoop)
        let last = Message()
        outbox.add(Message { outbox.add(last) })
        eventLoop.run()
        #expect(last.sent == 1)
    }
}
