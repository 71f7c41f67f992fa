import NIOCore
import NIOEmbedded
import Testing

@testable import BedelGateway

@Suite("Writes of an HTTP/2 connection")
struct WriteGatheringTests {
    private func channel() throws -> EmbeddedChannel {
        let channel = EmbeddedChannel()
        try channel.pipeline.syncOperations.addHandler(WriteGathering())
        return channel
    }

    private func sent(_ channel: EmbeddedChannel) throws -> [Int] {
        var sizes: [Int] = []
        while let buffer = try channel.readOutbound(as: ByteBuffer.self) { sizes.append(buffer.readableBytes) }
        return sizes
    }

    @Test func smallPiecesOfOneTurnAreSentAsOne() throws {
        let channel = try channel()
        for size in [9, 100, 9] {
            channel.write(ByteBuffer(repeating: 0x61, count: size), promise: nil)
            channel.flush()
        }
        #expect(try sent(channel).isEmpty, "the turn is not over")
        channel.embeddedEventLoop.run()
        #expect(try sent(channel) == [118])
        channel.embeddedEventLoop.run()
        #expect(try sent(channel).isEmpty)
    }

    @Test func largePiecesStayAsTheyAreAndInOrder() throws {
        let channel = try channel()
        for size in [9, 16_000, 9, 10] { channel.write(ByteBuffer(repeating: 0x61, count: size), promise: nil) }
        channel.flush()
        channel.embeddedEventLoop.run()
        #expect(try sent(channel) == [9, 16_000, 19])
    }

    @Test func muchDoesNotWaitForTheEndOfTheTurn() throws {
        let channel = try channel()
        for _ in 0..<5 { channel.write(ByteBuffer(repeating: 0x61, count: 16_000), promise: nil) }
        channel.flush()
        #expect(try sent(channel) == [16_000, 16_000, 16_000, 16_000, 16_000])
    }

    @Test func promisesAreKeptOnceItIsSent() throws {
        let channel = try channel()
        var kept = 0
        for _ in 0..<3 {
            let promise = channel.eventLoop.makePromise(of: Void.self)
            promise.futureResult.assumeIsolated().whenSuccess { kept += 1 }
            channel.write(ByteBuffer(repeating: 0x61, count: 9), promise: promise)
        }
        channel.flush()
        #expect(kept == 0)
        channel.embeddedEventLoop.run()
        #expect(kept == 3)
    }

    @Test func nothingIsLostWhenTheConnectionCloses() throws {
        let channel = try channel()
        channel.write(ByteBuffer(repeating: 0x61, count: 9), promise: nil)
        channel.flush()
        channel.close(promise: nil)
        channel.embeddedEventLoop.run()
        #expect(try sent(channel) == [9])
    }
}
