/// Decimal numbers as text, in one spelling and without ever becoming a binary fraction, so that nothing is rounded:
/// `1`, `1.0`, `+1`, `01` and `1e0` are all `1`.
package enum DecimalSpelling {
    /// The one spelling of the number in `text`, which is also a JSON number (RFC 8259, section 6); nil when `text` is
    /// not wholly a decimal number. `NaN`, `Infinity` and hexadecimal are not.
    package static func canonical(_ text: String) -> String? {
        var bytes = Array(text.utf8)[...]
        let isNegative = bytes.first == UInt8(ascii: "-")
        if isNegative || bytes.first == UInt8(ascii: "+") { bytes.removeFirst() }
        let whole = takeDigits(&bytes)
        var fraction: ArraySlice<UInt8> = []
        if bytes.first == UInt8(ascii: ".") {
            bytes.removeFirst()
            fraction = takeDigits(&bytes)
        }
        guard !(whole.isEmpty && fraction.isEmpty), let exponent = takeExponent(&bytes), bytes.isEmpty else {
            return nil
        }
        return spell(whole + fraction, point: whole.count + exponent, isNegative: isNegative)
    }

    private static func takeDigits(_ bytes: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let digits = bytes.prefix(while: { (48...57).contains($0) })
        bytes = bytes.dropFirst(digits.count)
        return digits
    }

    /// Zero when there is none; nil when one begins and does not end well, or is past any use.
    private static func takeExponent(_ bytes: inout ArraySlice<UInt8>) -> Int? {
        guard bytes.first == UInt8(ascii: "e") || bytes.first == UInt8(ascii: "E") else { return 0 }
        bytes.removeFirst()
        let isNegative = bytes.first == UInt8(ascii: "-")
        if isNegative || bytes.first == UInt8(ascii: "+") { bytes.removeFirst() }
        let digits = takeDigits(&bytes)
        guard (1...9).contains(digits.count) else { return nil }
        let size = digits.reduce(0) { $0 * 10 + Int($1 - 48) }
        return isNegative ? -size : size
    }

    /// - Parameter point: how many of the digits stand before the decimal point.
    private static func spell(_ digits: ArraySlice<UInt8>, point: Int, isNegative: Bool) -> String {
        let leading = digits.prefix(while: { $0 == 48 }).count
        var digits = Array(digits.dropFirst(leading))
        let point = point - leading
        while digits.last == 48 { digits.removeLast() }
        guard !digits.isEmpty else { return "0" }
        return (isNegative ? "-" : "") + unsigned(digits, point: point)
    }

    private static func unsigned(_ digits: [UInt8], point: Int) -> String {
        func text(_ bytes: some Sequence<UInt8>) -> String { String(decoding: Array(bytes), as: UTF8.self) }
        let widestPlain = 40
        switch point {
        case digits.count...max(digits.count, widestPlain):
            return text(digits) + String(repeating: "0", count: point - digits.count)
        case 1..<max(1, digits.count):
            return text(digits.prefix(point)) + "." + text(digits.dropFirst(point))
        case -widestPlain...0:
            return "0." + String(repeating: "0", count: -point) + text(digits)
        default:
            let rest = digits.count > 1 ? "." + text(digits.dropFirst()) : ""
            return text(digits.prefix(1)) + rest + "e\(point - 1)"
        }
    }
}
