/// Writes JSON objects of strings, one a line (RFC 8259), as bytes: no dictionary, and no string that is thrown away
/// again.
struct JSONLines {
    private var bytes: [UInt8] = []

    var count: Int { bytes.count }

    /// What is JSON already, as it stands.
    mutating func append(json: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: json.utf8Start, count: json.utf8CodeUnitCount))
    }

    /// Within a string.
    mutating func append(_ text: ArraySlice<UInt8>) { text.withUnsafeBufferPointer { append($0) } }

    /// Within a string.
    mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { append($0) }
    }

    mutating func append(_ value: Int) { bytes.append(decimal: value) }

    /// As 32 hexadecimal digits.
    mutating func append(_ high: UInt64, _ low: UInt64) {
        bytes.append(hexadecimal: high)
        bytes.append(hexadecimal: low)
    }

    mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result { bytes.withUnsafeBytes(body) }

    private mutating func append(_ text: UnsafeBufferPointer<UInt8>) {
        if Self.isPlain(text) { bytes.append(contentsOf: text) } else { text.forEach { append(escaped: $0) } }
    }

    private mutating func append(escaped byte: UInt8) {
        guard !Self.isPlain(byte) else { return bytes.append(byte) }
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
        default:
            bytes.append(contentsOf: Self.unicode)
            bytes.append(Self.digits[Int(byte >> 4)])
            bytes.append(Self.digits[Int(byte & 15)])
        }
    }

    private static func isPlain(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let start = text.baseAddress else { return true }
        var position = 0
        while position + 8 <= text.count {
            let eight = EightBytes(start + position)
            guard !eight.hasControl, !eight.has(UInt8(ascii: "\"")), !eight.has(UInt8(ascii: "\\")) else {
                return false
            }
            position += 8
        }
        return text[position...].allSatisfy(isPlain)
    }

    /// Bytes above ASCII come from strings, which are UTF-8.
    @inline(__always)
    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\") && byte != 0x7F
    }

    private static let unicode = Array("u00".utf8)
    private static let digits = Array("0123456789abcdef".utf8)
}

extension [UInt8] {
    /// As people write it.
    mutating func append(decimal value: Int) {
        if value < 0 { append(UInt8(ascii: "-")) }
        var rest = value.magnitude
        var unit: UInt = 1
        while rest / unit >= 10 { unit *= 10 }
        while unit > 0 {
            append(UInt8(truncatingIfNeeded: rest / unit) + UInt8(ascii: "0"))
            rest %= unit
            unit /= 10
        }
    }
}
