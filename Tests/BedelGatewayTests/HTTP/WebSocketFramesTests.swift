import NIOCore
import Testing

@testable import BedelGateway

@Suite("WebSocket frames")
struct WebSocketFramesTests {
    private static func frame(_ length: Int, isMasked: Bool) -> [UInt8] {
        let mask: UInt8 = isMasked ? 0x80 : 0
        var bytes: [UInt8] = [0x82]
        switch length {
        case ..<126: bytes.append(mask | UInt8(length))
        case ..<65536: bytes += [mask | 126, UInt8(length >> 8), UInt8(length & 255)]
        default: bytes += [mask | 127] + (0..<8).reversed().map { UInt8(length >> ($0 * 8) & 255) }
        }
        if isMasked { bytes += [1, 2, 3, 4] }
        return bytes + [UInt8](repeating: 0x88, count: length)
    }

    @Test(arguments: [0, 1, 125, 126, 65535, 65536], [false, true])
    func aFrameEndsWithItsLastByte(_ length: Int, _ isMasked: Bool) {
        let bytes = Self.frame(length, isMasked: isMasked)
        var whole = WebSocketFrames()
        whole.pass(ByteBuffer(bytes: bytes).readableBytesView)
        #expect(whole.isBetweenFrames)
        var cut = WebSocketFrames()
        cut.pass(ByteBuffer(bytes: bytes.dropLast()).readableBytesView)
        #expect(!cut.isBetweenFrames)
    }

    @Test(arguments: [1, 2, 3, 7, 1000])
    func piecesOfAnySizeSayTheSame(_ size: Int) {
        let bytes = Self.frame(0, isMasked: false) + Self.frame(300, isMasked: true) + Self.frame(5, isMasked: false)
        let ends: Set = [2, 2 + 308, 2 + 308 + 7]
        var frames = WebSocketFrames()
        var passed = 0
        for start in stride(from: 0, to: bytes.count, by: size) {
            let piece = bytes[start..<min(start + size, bytes.count)]
            frames.pass(ByteBuffer(bytes: piece).readableBytesView)
            passed += piece.count
            #expect(frames.isBetweenFrames == ends.contains(passed), "after \(passed) bytes")
        }
    }

    /// A length that nobody will ever send must not stop the program.
    @Test func theLongestLengthIsOnlyALongFrame() {
        var frames = WebSocketFrames()
        frames.pass(ByteBuffer(bytes: [0x82, 127] + [UInt8](repeating: 255, count: 9)).readableBytesView)
        #expect(!frames.isBetweenFrames)
    }

    @Test func theClosingFrameIsOneFrame() {
        var frames = WebSocketFrames()
        frames.pass(ByteBuffer(bytes: WebSocketFrames.accessEnded).readableBytesView)
        #expect(frames.isBetweenFrames)
        #expect(WebSocketFrames.accessEnded.starts(with: [0x88, 39, 0x03, 0xF0]))
    }
}
