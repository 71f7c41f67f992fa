/// Writes JSON objects of strings, one a line (RFC 8259), as bytes: no dictionary, and no string that is thrown away
/// again.
struct JSONLines {
    private var bytes: [UInt8] = []
    private var isFirst = true

    var count: Int { bytes.count }

    mutating func begin() {
        bytes.append(UInt8(ascii: "{"))
        isFirst = true
    }

    mutating func end() {
        bytes.append(UInt8(ascii: "}"))
        bytes.append(0x0A)
    }

    /// - Parameter name: letters and underscores.
    mutating func field(_ name: StaticString, _ value: some Collection<UInt8>) {
        beginField(name)
        for byte in value { append(byte) }
        bytes.append(UInt8(ascii: "\""))
    }

    mutating func field(_ name: StaticString, _ value: String) {
        var value = value
        beginField(name)
        value.withUTF8 { text in
            if text.allSatisfy(Self.isPlain) { bytes.append(contentsOf: text) } else { text.forEach { append($0) } }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    mutating func field(_ name: StaticString, _ value: Int) {
        beginField(name)
        bytes.append(decimal: value)
        bytes.append(UInt8(ascii: "\""))
    }

    mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

    func withBytes(_ body: (UnsafeRawBufferPointer) -> Void) { bytes.withUnsafeBytes(body) }

    private mutating func beginField(_ name: StaticString) {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        isFirst = false
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        bytes.append(contentsOf: Self.between)
    }

    private mutating func append(_ byte: UInt8) {
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

    /// Bytes above ASCII come from strings, which are UTF-8.
    @inline(__always)
    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\") && byte != 0x7F
    }

    private static let between = Array("\":\"".utf8)
    private static let unicode = Array("u00".utf8)
    private static let digits = Array("0123456789abcdef".utf8)
}

extension [UInt8] {
    /// As people write it.
    mutating func append(decimal value: Int) {
        if value < 0 { append(UInt8(ascii: "-")) }
        var rest = value.magnitude
        let start = count
        repeat {
            append(UInt8(truncatingIfNeeded: rest % 10) + UInt8(ascii: "0"))
            rest /= 10
        } while rest > 0
        self[start...].reverse()
    }
}
