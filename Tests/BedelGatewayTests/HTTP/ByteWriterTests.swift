import Testing

@testable import BedelGateway

@Suite("Hexadecimal and decimal digits")
struct HexadecimalTests {
    @Test(
        arguments: [0, 1, 9, 10, 15, 16, 0x0123_4567_89AB_CDEF, 0xFEDC_BA98_7654_3210, 0x9A9A_A9A9_F0F0_0F0F, .max]
            as [UInt64])
    func digitsAreThoseOfTheNumber(_ number: UInt64) {
        var bytes: [UInt8] = []
        bytes.append(hexadecimal: number)
        let digits = String(number, radix: 16)
        #expect(bytes[...].text == String(repeating: "0", count: 16 - digits.count) + digits)
    }

    @Test(arguments: [0, 7, 10, 99, 100, 101, 65535, 1_000_000, .max, -1, -10, .min] as [Int])
    func decimalsAreWrittenAsPeopleDo(_ number: Int) {
        var bytes: [UInt8] = []
        bytes.append(decimal: number)
        #expect(bytes[...].text == String(number))
    }
}
