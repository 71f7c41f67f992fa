/// A Cedar string. Two are equal when their UTF-8 bytes are: unlike `String`, "e" with a combining accent and "é"
/// differ, as they do for every other Cedar engine. A policy must not change its mind with the library under it.
package struct Text: Hashable, Comparable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    package let string: String

    package init(_ string: String) {
        var string = string
        string.makeContiguousUTF8()
        self.string = string
    }

    package init(stringLiteral value: String) { self.init(value) }

    package var description: String { string }

    /// The bytes, in place.
    @inline(__always)
    func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        // The initialiser made the string contiguous; the copy is for the compiler.
        string.utf8.withContiguousStorageIfAvailable(body) ?? Array(string.utf8).withUnsafeBufferPointer(body)
    }

    package static func == (left: Text, right: Text) -> Bool {
        // The same representation is the same text, whatever the bytes of a string mean; most texts are short enough to
        // have but one.
        if unsafeBitCast(left.string, to: SIMD2<UInt64>.self) == unsafeBitCast(right.string, to: SIMD2<UInt64>.self) {
            return true
        }
        guard left.string.utf8.count == right.string.utf8.count else { return false }
        return left.withBytes { left in
            right.withBytes { right in Bytes.areEqual(left, right) }
        }
    }

    package static func < (left: Text, right: Text) -> Bool {
        left.string.utf8.lexicographicallyPrecedes(right.string.utf8)
    }

    package func hash(into hasher: inout Hasher) {
        withBytes { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        hasher.combine(0xFF as UInt8)
    }

    /// The string as a Cedar literal, quotes and escapes included.
    package var literal: String {
        var result = "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\0": result += "\\0"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                result += "\\u{" + String(scalar.value, radix: 16) + "}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}

/// Comparing raw bytes, eight at a time.
enum Bytes {
    /// Whether two stretches of the same length hold the same bytes.
    @inline(__always)
    static func areEqual(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Bool {
        let left = UnsafeRawBufferPointer(left)
        let right = UnsafeRawBufferPointer(right)
        var index = 0
        while index + 8 <= left.count {
            let word = left.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            if word != right.loadUnaligned(fromByteOffset: index, as: UInt64.self) { return false }
            index += 8
        }
        while index < left.count {
            if left[index] != right[index] { return false }
            index += 1
        }
        return true
    }
}
