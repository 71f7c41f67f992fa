/// RFC 3986, section 2.1.
enum PercentEncoding {
    /// As one part of a query: everything but unreserved characters is encoded.
    static func component(_ bytes: some Sequence<UInt8>) -> String {
        encode(bytes, leaving: ByteClass.unreserved)
    }

    /// As the value of a header field: visible ASCII stays, except the sign itself.
    static func fieldValue(_ text: String) -> String {
        let isSafe = text.utf8.allSatisfy { ByteClass.visible.contains($0) && $0 != UInt8(ascii: "%") }
        return isSafe ? text : encode(text.utf8, leaving: unescaped)
    }

    private static let unescaped = ByteClass { (0x20...0x7E).contains($0) && $0 != UInt8(ascii: "%") }

    private static func encode(_ bytes: some Sequence<UInt8>, leaving kept: ByteClass) -> String {
        var text: [UInt8] = []
        for byte in bytes {
            if kept.contains(byte) {
                text.append(byte)
            } else {
                text.append(UInt8(ascii: "%"))
                text.append(digit(byte >> 4))
                text.append(digit(byte & 15))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? value + 0x30 : value - 10 + 0x41 }
}
