import NIOCore
import Testing

@testable import BedelGateway

@Suite("Small writes")
struct SmallWritesTests {
    private func passed(_ sizes: [Int], releasing: Bool = true) -> [Int] {
        var writes = SmallWrites()
        var passed: [ByteBuffer] = []
        for (number, size) in sizes.enumerated() {
            writes.add(ByteBuffer(repeating: UInt8(number), count: size)) { passed.append($0) }
        }
        if releasing { writes.release { passed.append($0) } }
        let whole = passed.flatMap { Array($0.readableBytesView) }
        let expected = sizes.enumerated().flatMap { Array(repeating: UInt8($0), count: $1) }
        #expect(!releasing || whole == expected, "nothing is lost, and the order stays")
        return passed.map(\.readableBytes)
    }

    @Test func smallPiecesGoTogether() {
        #expect(passed([200, 47]) == [247])
        #expect(passed([200, 47], releasing: false).isEmpty)
        #expect(passed([]).isEmpty)
    }

    @Test func largePiecesAreNotCopied() {
        #expect(passed([200, 65536, 10]) == [200, 65536, 10])
        #expect(passed([200, 65536], releasing: false) == [200, 65536])
    }

    @Test func heldBytesAreBounded() {
        #expect(passed(Array(repeating: 10_000, count: 5), releasing: false) == [10_000, 10_000, 10_000, 10_000])
    }
}
