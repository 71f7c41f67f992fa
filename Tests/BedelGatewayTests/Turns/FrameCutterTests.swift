import NIOCore
import Testing

@testable import BedelGateway

@Suite("What an HTTP/2 client sends is let in a few frames at a time")
struct FrameCutterTests {
    private static let headers: UInt8 = 1
    private static let data: UInt8 = 0
    private static let reset: UInt8 = 3

    private static func frame(_ kind: UInt8, _ length: Int) -> [UInt8] {
        [UInt8(length >> 16), UInt8(length >> 8 & 0xFF), UInt8(length & 0xFF), kind, 0, 0, 0, 0, 1]
            + [UInt8](repeating: 7, count: length)
    }

    private static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

    @Test func requestsAreCutBetweenFrames() {
        var cutter = FrameCutter()
        var buffer = ByteBuffer(bytes: Self.preface)
        for _ in 0..<10 { buffer.writeBytes(Self.frame(Self.headers, 30)) }
        let first = cutter.cut(&buffer, frames: 4)
        #expect(first.readableBytes == 24 + 4 * 39)
        #expect(cutter.canCut(buffer))
        let second = cutter.cut(&buffer, frames: 4)
        #expect(second.readableBytes == 4 * 39)
        let third = cutter.cut(&buffer, frames: 4)
        #expect(third.readableBytes == 2 * 39)
        #expect(!cutter.canCut(buffer))
    }

    @Test func takenBackRequestsGoInWithTheirResets() {
        var cutter = FrameCutter()
        var buffer = ByteBuffer(bytes: Self.preface)
        for _ in 0..<10 { buffer.writeBytes(Self.frame(Self.headers, 30) + Self.frame(Self.reset, 4)) }
        #expect(cutter.cut(&buffer, frames: 4).readableBytes == 24 + 4 * 39 + 4 * 13)
        #expect(cutter.cut(&buffer, frames: 1).readableBytes == 39 + 13)
    }

    @Test func bodiesGoInAsTheyCome() {
        var cutter = FrameCutter()
        var buffer = ByteBuffer(bytes: Self.preface + Self.frame(Self.headers, 5))
        for _ in 0..<20 { buffer.writeBytes(Self.frame(Self.data, 1000)) }
        let size = buffer.readableBytes
        #expect(cutter.cut(&buffer, frames: 2).readableBytes == size)
    }

    @Test func bodyInThousandsOfPiecesIsMuchWork() {
        var cutter = FrameCutter()
        var buffer = ByteBuffer(bytes: Self.preface + Self.frame(Self.headers, 5))
        for _ in 0..<1000 { buffer.writeBytes(Self.frame(Self.data, 1)) }
        #expect(cutter.cut(&buffer, frames: 2).readableBytes == 24 + 14 + 32 * 10)
        #expect(cutter.cut(&buffer, frames: 2).readableBytes == 64 * 10)
    }

    @Test func beginningOfAHeaderWaitsForItsRest() {
        var cutter = FrameCutter()
        var buffer = ByteBuffer(bytes: Self.preface)
        _ = cutter.cut(&buffer, frames: 4)
        let frame = Self.frame(Self.headers, 20)
        buffer.writeBytes(frame.prefix(8))
        #expect(!cutter.canCut(buffer))
        buffer.writeBytes(frame[8..<12])
        #expect(cutter.cut(&buffer, frames: 4).readableBytes == 12, "a frame need not be whole")
        buffer.writeBytes(frame[12...])
        #expect(cutter.cut(&buffer, frames: 4).readableBytes == 17)
        #expect(!cutter.canCut(buffer))
    }

    /// However the bytes come, they go in as they were and no piece has too many frames.
    @Test(arguments: [1, 2, 3, 4]) func nothingIsLostOrTurnedRound(_ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var sent = Self.preface
        for index in 0..<300 {
            var frame = Self.frame(random.next() % 3 == 0 ? Self.data : Self.headers, Int(random.next() % 200))
            for place in 9..<max(frame.count, 9) { frame[place] = UInt8(index & 0xFF) }
            sent += frame
        }
        var cutter = FrameCutter()
        var buffer = ByteBuffer()
        var received: [UInt8] = []
        var rest = sent[...]
        while !rest.isEmpty || cutter.canCut(buffer) {
            let count = min(rest.count, Int(random.next() % 500))
            buffer.writeBytes(rest.prefix(count))
            rest = rest.dropFirst(count)
            let before = buffer.readableBytes
            let piece = cutter.cut(&buffer, frames: 3)
            #expect(piece.readableBytes + buffer.readableBytes == before)
            received += Array(piece.readableBytesView)
        }
        #expect(received == sent)
    }
}
