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
        // One character alone holds less than a byte.
        guard text.count % 4 != 1 else { return nil }
        var isCanonical = false
        let bytes = [UInt8](unsafeUninitializedCapacity: text.count * 3 / 4) { output, written in
            urlValues.withUnsafeBufferPointer { values in
                isCanonical = decode(text, with: values, into: output)
            }
            written = output.count
        }
        return isCanonical ? bytes : nil
    }

    /// Four characters are three bytes; the last two or three are one or two.
    private static func decode(
        _ text: UnsafeBufferPointer<UInt8>, with values: UnsafeBufferPointer<UInt8>,
        into output: UnsafeMutableBufferPointer<UInt8>
    ) -> Bool {
        let whole = text.count / 4
        var seen: UInt32 = 0
        func value(_ index: Int) -> UInt32 {
            let value = UInt32(values[Int(text[index])])
            seen |= value
            return value
        }
        for group in 0..<whole {
            let (from, to) = (group * 4, group * 3)
            let bits = value(from) << 18 | value(from + 1) << 12 | value(from + 2) << 6 | value(from + 3)
            output[to] = UInt8(truncatingIfNeeded: bits >> 16)
            output[to + 1] = UInt8(truncatingIfNeeded: bits >> 8)
            output[to + 2] = UInt8(truncatingIfNeeded: bits)
        }
        let rest = text.count % 4
        guard rest > 0 else { return seen < 64 }
        let (from, to) = (whole * 4, whole * 3)
        let bits = value(from) << 12 | value(from + 1) << 6 | (rest == 3 ? value(from + 2) : 0)
        output[to] = UInt8(truncatingIfNeeded: bits >> 10)
        if rest == 3 { output[to + 1] = UInt8(truncatingIfNeeded: bits >> 2) }
        return seen < 64 && bits & (rest == 3 ? 0b11 : 0b11_1111_1111) == 0
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
