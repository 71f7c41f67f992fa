import NIOCore
import NIOEmbedded
import Testing

@testable import BedelGateway

@Suite("Handshakes take turns")
struct HandshakeTurnsTests {
    private let eventLoop = EmbeddedEventLoop()

    /// Stands where TLS does: remembers what came, and after `goal` bytes the handshake is over.
    private final class Handshake: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        var events: [String] = []
        private let goal: Int
        private let work: () -> Void
        private var bytes = 0

        init(goal: Int = .max, work: @escaping () -> Void = {}) {
            self.goal = goal
            self.work = work
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let buffer = unwrapInboundIn(data)
            bytes += buffer.readableBytes
            events.append(String(buffer: buffer))
            work()
            guard bytes >= goal, let turns = try? context.pipeline.syncOperations.handler(type: HandshakeTurns.self)
            else { return }
            context.pipeline.syncOperations.removeHandler(turns, promise: nil)
        }

        func channelReadComplete(context: ChannelHandlerContext) { events.append("complete") }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if case ChannelEvent.inputClosed = event { events.append("end") }
        }
    }

    private func channel(_ turns: Turns, _ handshake: Handshake) throws -> EmbeddedChannel {
        let channel = EmbeddedChannel(loop: eventLoop)
        try channel.pipeline.syncOperations.addHandlers([HandshakeTurns(turns: turns), handshake])
        return channel
    }

    private func come(_ text: String, to channel: EmbeddedChannel) {
        channel.pipeline.fireChannelRead(ByteBuffer(string: text))
        channel.pipeline.fireChannelReadComplete()
    }

    /// Whoever comes while another's signature is made, longer than one go may take, waits until the others were seen.
    @Test func whoComesDuringALongTurnWaitsForTheNext() throws {
        let turns = Turns(Rounds(eventLoop: eventLoop))
        let second = Handshake()
        let secondChannel = try channel(turns, second)
        let busy = {
            come("hello", to: secondChannel)
            let end = NIODeadline.now() + .milliseconds(2)
            while NIODeadline.now() < end {}
        }
        let first = Handshake(work: busy)
        come("first", to: try channel(turns, first))
        #expect(first.events == ["first", "complete"])
        #expect(second.events.isEmpty)
        eventLoop.advanceTime(by: .milliseconds(1))
        #expect(second.events == ["hello", "complete"])
    }

    @Test func endComesAfterWhatWasSentBeforeIt() throws {
        let turns = Turns(Rounds(eventLoop: eventLoop))
        let second = Handshake()
        let secondChannel = try channel(turns, second)
        let first = Handshake {
            come("hello", to: secondChannel)
            secondChannel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
            #expect(second.events.isEmpty)
        }
        come("first", to: try channel(turns, first))
        #expect(second.events == ["hello", "complete", "end"])
    }

    @Test func afterTheHandshakeItIsGoneAndNothingIsLost() throws {
        let handshake = Handshake(goal: 5)
        let channel = try channel(Turns(Rounds(eventLoop: eventLoop)), handshake)
        come("hello", to: channel)
        #expect(throws: ChannelPipelineError.notFound) {
            try channel.pipeline.syncOperations.handler(type: HandshakeTurns.self)
        }
        come("data", to: channel)
        #expect(handshake.events == ["hello", "complete", "data", "complete"])
    }

    @Test func whoHasGoneMeanwhileTakesNoTurn() throws {
        let turns = Turns(Rounds(eventLoop: eventLoop))
        let second = Handshake()
        let secondChannel = try channel(turns, second)
        let first = Handshake {
            come("hello", to: secondChannel)
            secondChannel.pipeline.fireChannelInactive()
        }
        come("first", to: try channel(turns, first))
        #expect(second.events.isEmpty)
    }
}
