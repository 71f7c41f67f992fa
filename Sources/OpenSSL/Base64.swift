/// Base 64 (RFC 4648): encoding in both alphabets, decoding of the URL-safe one, strictly.
package enum Base64 {
    /// The URL-safe alphabet without padding (RFC 7515, section 2).
    package static func urlEncoded(_ bytes: [UInt8]) -> String {
        String(decoding: encoded(bytes, with: urlAlphabet), as: UTF8.self)
    }

    /// The standard alphabet with padding, as HTTP's Basic scheme wants it (RFC 7617).
    package static func encoded(_ bytes: [UInt8]) -> String {
        let text = encoded(bytes, with: standardAlphabet)
        let padding = Array(repeating: UInt8(ascii: "="), count: (3 - bytes.count % 3) % 3)
        return String(decoding: text + padding, as: UTF8.self)
    }

    /// Nil unless the text is the one canonical spelling of some bytes: no padding, no foreign character, no line
    /// break, unused bits zero. What has one spelling only can be the key of a cache or of a revocation list.
    package static func urlDecoded(_ text: some Sequence<UInt8>) -> [UInt8]? {
        if let bytes = text.withContiguousStorageIfAvailable({ urlDecoded(memory: $0) }) { return bytes }
        return Array(text).withUnsafeBufferPointer { urlDecoded(memory: $0) }
    }

    /// On plain memory: a generic function is not specialised for callers in other modules, and this is a token's way in.
    private static func urlDecoded(memory text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count * 3 / 4)
        var bits: UInt32 = 0
        var pending = 0
        for character in text {
            let value = urlValues[Int(character)]
            guard value < 64 else { return nil }
            bits = bits << 6 | UInt32(value)
            pending += 6
            if pending >= 8 {
                pending -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(pending)))
            }
        }
        let unused = bits & (1 << UInt32(pending) - 1)
        return pending < 6 && unused == 0 ? bytes : nil
    }

    package static func urlDecoded(_ text: some StringProtocol) -> [UInt8]? { urlDecoded(text.utf8) }

    private static func encoded(_ bytes: [UInt8], with alphabet: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count * 4 + 2) / 3)
        var bits: UInt32 = 0
        var pending = 0
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            pending += 8
            while pending >= 6 {
                pending -= 6
                text.append(alphabet[Int(bits >> UInt32(pending) & 63)])
            }
        }
        if pending > 0 { text.append(alphabet[Int(bits << UInt32(6 - pending) & 63)]) }
        return text
    }

    private static let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    private static let urlAlphabet = Array((letters + "-_").utf8)
    private static let standardAlphabet = Array((letters + "+/").utf8)
    private static let urlValues: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for (value, character) in urlAlphabet.enumerated() { values[Int(character)] = UInt8(value) }
        return values
    }()
}
