/// A stretch of a source text, in UTF-8 bytes from its start.
package struct Span: Hashable, Sendable {
    package let start: UInt32
    package let end: UInt32

    package init(_ start: Int, _ end: Int) {
        self.start = UInt32(truncatingIfNeeded: start)
        self.end = UInt32(truncatingIfNeeded: end)
    }

    /// The smallest stretch that holds both.
    func joined(_ other: Span) -> Span {
        Span(Int(min(start, other.start)), Int(max(end, other.end)))
    }
}

/// A place a person can go to: line and column, both counted from 1. The column counts Unicode scalars.
package struct SourcePosition: Hashable, Sendable, CustomStringConvertible {
    package let line: Int
    package let column: Int

    package var description: String { "\(line):\(column)" }

    /// A message, the line it is about, and a mark under the column if that part of the line is shown.
    func excerpt(_ message: String, line: String) -> String {
        guard column <= line.unicodeScalars.count + 1 else { return "\(message)\n    \(line)..." }
        return "\(message)\n    \(line)\n    \(String(repeating: " ", count: column - 1))^"
    }
}

/// A named text (a policy file, a schema file) that errors and explanations point into.
package final class SourceText: Sendable {
    /// The name shown before a position; normally the file's name.
    package let name: String
    let bytes: [UInt8]

    package init(_ text: String, name: String) {
        self.name = name
        self.bytes = Array(text.utf8)
    }

    /// The line and column of a byte offset.
    package func position(of offset: UInt32) -> SourcePosition {
        var line = 1
        var column = 1
        for byte in bytes.prefix(Int(offset)) {
            if byte == UInt8(ascii: "\n") {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        return SourcePosition(line: line, column: column)
    }

    /// The text of a stretch, as written.
    package func text(_ span: Span) -> String {
        let end = min(Int(span.end), bytes.count)
        return String(decoding: bytes[min(Int(span.start), end)..<end], as: UTF8.self)
    }

    /// The line on which a byte offset lies, without its line end; of a very long one only the beginning.
    package func line(at offset: UInt32) -> String {
        let offset = min(Int(offset), bytes.count)
        let isEnd: (UInt8) -> Bool = { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
        let start = bytes[..<offset].lastIndex(where: isEnd).map { $0 + 1 } ?? 0
        let end = bytes[offset...].firstIndex(where: isEnd) ?? bytes.count
        let shown = end - start > Self.longestLine ? start + Self.longestLine : end
        return String(decoding: bytes[start..<shown], as: UTF8.self)
    }

    private static let longestLine = 500
}
