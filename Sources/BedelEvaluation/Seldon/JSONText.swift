/// The two pieces of JSON that have to be written: strings, and rows of them.
enum JSONText {
    /// A JSON string (RFC 8259, section 7), with the escapes that are required and no others.
    static func string(_ text: String) -> [UInt8] {
        var bytes: [UInt8] = [UInt8(ascii: "\"")]
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case 0..<0x20: bytes += Array("\\u00".utf8) + [hex[Int(byte >> 4)], hex[Int(byte & 15)]]
            default: bytes.append(byte)
            }
        }
        return bytes + [UInt8(ascii: "\"")]
    }

    /// An array of values that are JSON already.
    static func array(_ values: some Sequence<[UInt8]>) -> [UInt8] {
        [UInt8(ascii: "[")] + values.joined(separator: [UInt8(ascii: ",")]) + [UInt8(ascii: "]")]
    }

    private static var hex: [UInt8] { Array("0123456789abcdef".utf8) }
}
