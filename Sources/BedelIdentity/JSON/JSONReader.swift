/// Reads JSON (RFC 8259) the way a token must be read: one text has one meaning or none.
///
/// Refused beyond what the grammar refuses: a name twice in one object (two readers would disagree on which counts),
/// more than ``maximumDepth`` levels, bytes that are not UTF-8, escaped surrogates without their other half, U+0000 in
/// a string, numbers too large for a `Double`, and anything after the value, a zero byte included.
struct JSONReader {
    static let maximumDepth = 32
    private let bytes: [UInt8]
    private var position = 0

    /// Nil when the text is not acceptable.
    static func read(_ bytes: [UInt8]) -> JSONValue? {
        var reader = JSONReader(bytes: bytes)
        reader.skipSpace()
        guard let value = reader.value(depth: 0) else { return nil }
        reader.skipSpace()
        return reader.position == bytes.count ? value : nil
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard current == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func skipSpace() {
        while let byte = current, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { position += 1 }
    }

    private mutating func value(depth: Int) -> JSONValue? {
        guard depth <= Self.maximumDepth, let byte = current else { return nil }
        switch byte {
        case UInt8(ascii: "{"): return object(depth: depth)
        case UInt8(ascii: "["): return array(depth: depth)
        case UInt8(ascii: "\""): return string().map(JSONValue.string)
        case UInt8(ascii: "t"): return word("true", .bool(true))
        case UInt8(ascii: "f"): return word("false", .bool(false))
        case UInt8(ascii: "n"): return word("null", .null)
        default: return number()
        }
    }

    private mutating func word(_ word: String, _ value: JSONValue) -> JSONValue? {
        guard bytes[position...].starts(with: word.utf8) else { return nil }
        position += word.utf8.count
        return value
    }

    private mutating func object(depth: Int) -> JSONValue? {
        position += 1
        skipSpace()
        if take("}") { return .object([:]) }
        // Claims are some dozens; a table that grows hashes every name again.
        var members = [String: JSONValue](minimumCapacity: depth == 0 ? 32 : 2)
        var count = 0
        while true {
            skipSpace()
            guard current == UInt8(ascii: "\""), let name = string() else { return nil }
            skipSpace()
            guard take(":") else { return nil }
            skipSpace()
            guard let value = value(depth: depth + 1) else { return nil }
            members[name] = value
            count += 1
            // Less than were read: a name stands there twice.
            guard members.count == count else { return nil }
            skipSpace()
            if take("}") { return .object(members) }
            guard take(",") else { return nil }
        }
    }

    private mutating func array(depth: Int) -> JSONValue? {
        position += 1
        var values: [JSONValue] = []
        skipSpace()
        if take("]") { return .array(values) }
        while true {
            skipSpace()
            guard let value = value(depth: depth + 1) else { return nil }
            values.append(value)
            skipSpace()
            if take("]") { return .array(values) }
            guard take(",") else { return nil }
        }
    }

    // MARK: Numbers

    private mutating func number() -> JSONValue? {
        let start = position
        let isNegative = take("-")
        if !take("0") { guard digits() > 0 else { return nil } }
        let end = position
        if take(".") { guard digits() > 0 else { return nil } }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            guard digits() > 0 else { return nil }
        }
        if position == end, !isNegative, end - start <= 15 { return .number(whole(start..<end)) }
        // 40 characters are more than any number in a token needs, and keep the conversion cheap.
        guard position - start <= 40, let value = Double(String(decoding: bytes[start..<position], as: UTF8.self)),
            value.isFinite
        else { return nil }
        return .number(value)
    }

    /// Up to 15 digits, which a `Double` holds exactly: the dates in a token.
    private func whole(_ digits: Range<Int>) -> Double {
        Double(bytes[digits].reduce(into: Int64(0)) { $0 = $0 * 10 + Int64($1 - UInt8(ascii: "0")) })
    }

    private mutating func digits() -> Int {
        let start = position
        while let byte = current, (48...57).contains(byte) { position += 1 }
        return position - start
    }

    // MARK: Strings

    /// What stands between two escapes is taken at once; most strings have none.
    private mutating func string() -> String? {
        position += 1
        let start = position
        let isASCII = skipPlain()
        guard current == UInt8(ascii: "\"") else { return string(after: Array(bytes[start..<position])) }
        defer { position += 1 }
        return Self.text(bytes, start..<position, isASCII: isASCII)
    }

    /// Nil when it is not UTF-8. `String(validating:as:)` says the same, but looks its generic types up at every call.
    private static func text(_ bytes: [UInt8], _ range: Range<Int>, isASCII: Bool) -> String? {
        let part = bytes.span.extracting(range)
        if isASCII { return String(copying: UTF8Span(unchecked: part, isKnownASCII: true)) }
        guard let text = try? UTF8Span(validating: part) else { return nil }
        return String(copying: text)
    }

    /// The rest of a string that is not plain.
    private mutating func string(after beginning: [UInt8]) -> String? {
        var text = beginning
        while let byte = current {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return Self.text(text, 0..<text.count, isASCII: false)
            case UInt8(ascii: "\\"):
                guard let scalar = escape() else { return nil }
                text.append(contentsOf: String(Character(scalar)).utf8)
            case 0..<0x20: return nil
            default:
                let start = position - 1
                skipPlain()
                text.append(contentsOf: bytes[start..<position])
            }
        }
        return nil
    }

    /// To the next quotation mark, backslash or control character, or the end.
    ///
    /// - Returns: whether there was nothing but ASCII.
    @discardableResult
    private mutating func skipPlain() -> Bool {
        var seen: UInt8 = 0
        var end = position
        while end < bytes.count {
            let byte = bytes[end]
            guard byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") else { break }
            seen |= byte
            end += 1
        }
        position = end
        return seen < 0x80
    }

    private mutating func escape() -> Unicode.Scalar? {
        guard let byte = current else { return nil }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return unicodeEscape()
        default: return nil
        }
    }

    private mutating func unicodeEscape() -> Unicode.Scalar? {
        guard let first = hexadecimal(), first != 0 else { return nil }
        guard UTF16.isLeadSurrogate(first) else { return Unicode.Scalar(first) }
        guard take("\\"), take("u"), let second = hexadecimal(), UTF16.isTrailSurrogate(second) else { return nil }
        return Unicode.Scalar(0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00))
    }

    private mutating func hexadecimal() -> UInt16? {
        guard position + 4 <= bytes.count else { return nil }
        var value: UInt16 = 0
        for byte in bytes[position..<position + 4] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else { return nil }
            value = value << 4 | UInt16(digit)
        }
        position += 4
        return value
    }
}
