/// Writes JSON objects of strings, one a line (RFC 8259), as bytes: no dictionary, and no string that is thrown away
/// again.
struct JSONLines: ~Copyable {
    private var bytes: WrittenBytes

    /// - Parameter capacity: in bytes; more is made when it is needed.
    init(capacity: Int) { bytes = WrittenBytes(capacity: capacity) }

    var count: Int { bytes.count }

    /// What is JSON already, as it stands.
    @inline(__always)
    mutating func append(json: StaticString) { bytes.append(json) }

    /// Within a string, what can hold nothing that JSON has to escape, as nobody else wrote it: a time, an id, a word of ours.
    mutating func append(plain text: String) { bytes.append(text: text) }

    /// The same.
    mutating func append(plain text: ArraySlice<UInt8>) { bytes.append(text) }

    /// Within a string.
    mutating func append(_ text: ArraySlice<UInt8>) { text.withUnsafeBufferPointer { append($0) } }

    /// Within a string.
    mutating func append(_ text: String) { text.withBytes { append($0) } }

    mutating func append(_ value: Int) { bytes.append(decimal: value) }

    /// As 32 hexadecimal digits.
    mutating func append(_ high: UInt64, _ low: UInt64) {
        bytes.append(hexadecimal: high)
        bytes.append(hexadecimal: low)
    }

    mutating func removeAll() { bytes.removeAll() }

    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result { bytes.withBytes(body) }

    private mutating func append(_ text: UnsafeBufferPointer<UInt8>) {
        if Self.isPlain(text) { bytes.append(text) } else { text.forEach { append(escaped: $0) } }
    }

    private mutating func append(escaped byte: UInt8) {
        guard !Self.isPlain(byte) else { return bytes.append(byte) }
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
        default:
            bytes.append("u00")
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
        while position < text.count {
            guard isPlain(text[position]) else { return false }
            position += 1
        }
        return true
    }

    /// Bytes above ASCII come from strings, which are UTF-8.
    @inline(__always)
    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\") && byte != 0x7F
    }

    private static let digits = Array("0123456789abcdef".utf8)
}
