/// Numbers as sixteen lower-case hexadecimal digits.
enum Hexadecimal {
    /// The eight digits of a number, the first in the highest byte: all of them at once, a byte each.
    static func digits(of number: UInt32) -> UInt64 {
        var nibbles = UInt64(number)
        nibbles = (nibbles << 16 | nibbles) & 0x0000_FFFF_0000_FFFF
        nibbles = (nibbles << 8 | nibbles) & 0x00FF_00FF_00FF_00FF
        nibbles = (nibbles << 4 | nibbles) & 0x0F0F_0F0F_0F0F_0F0F
        let isLetter = (nibbles &+ 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
        let fromNineToA = UInt64(UInt8(ascii: "a") - UInt8(ascii: "9") - 1)
        return nibbles &+ 0x3030_3030_3030_3030 &+ isLetter &* fromNineToA
    }
}
