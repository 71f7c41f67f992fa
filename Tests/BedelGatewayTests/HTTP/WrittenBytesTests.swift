import NIOCore
import Testing

@testable import BedelGateway

@Suite("Bytes put together")
struct WrittenBytesTests {
    @Test(
        arguments: [0, 1, 9, 10, 15, 16, 0x0123_4567_89AB_CDEF, 0xFEDC_BA98_7654_3210, 0x9A9A_A9A9_F0F0_0F0F, .max]
            as [UInt64])
    func digitsAreThoseOfTheNumber(_ number: UInt64) {
        var bytes = WrittenBytes(capacity: 1)
        bytes.append(hexadecimal: number)
        let digits = String(number, radix: 16)
        #expect(bytes.text == String(repeating: "0", count: 16 - digits.count) + digits)
    }

    @Test(arguments: [0, 7, 10, 99, 100, 101, 65535, 1_000_000, .max, -1, -10, .min] as [Int])
    func decimalsAreWrittenAsPeopleDo(_ number: Int) {
        var bytes = WrittenBytes(capacity: 1)
        bytes.append(decimal: number)
        #expect(bytes.text == String(number))
    }

    @Test func roomIsMadeForWhateverComes() {
        var bytes = WrittenBytes(capacity: 1)
        var expected = ""
        for number in 0..<200 {
            bytes.append(text: String(repeating: "ñ", count: number))
            bytes.append(decimal: number)
            bytes.append(Array("; ".utf8)[1...])
            bytes.append(UInt8(ascii: "x"))
            expected += String(repeating: "ñ", count: number) + "\(number) x"
        }
        #expect(bytes.text == expected)
        #expect(bytes.count == expected.utf8.count)
    }

    @Test func isUsedAgain() {
        var bytes = WrittenBytes(capacity: 4)
        bytes.append("longer than that")
        bytes.removeAll()
        #expect(bytes.text.isEmpty)
        bytes.append("short")
        #expect(bytes.text == "short")
        #expect(bytes.buffer(.init(), room: 10).readableBytes == 5)
    }
}
