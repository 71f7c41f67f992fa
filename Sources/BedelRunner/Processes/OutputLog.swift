/// The last part of what a program printed, as lines; older ones fall out. Never longer than its limit.
struct OutputLog: Sendable {
    private let limit: Int
    private var lines: [String] = []
    private var first = 0
    private var size = 0
    private var partial: [UInt8] = []

    /// - Parameter limit: bytes.
    init(limit: Int) { self.limit = limit }

    /// The lines, oldest first, an unfinished one included.
    var recent: [String] {
        Array(lines[first...]) + (partial.isEmpty ? [] : [Self.text(partial)])
    }

    mutating func append(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            // A line without an end must not grow for ever.
            if byte == UInt8(ascii: "\n") || partial.count >= Self.longestLine {
                keep(Self.text(partial))
                partial.removeAll(keepingCapacity: true)
            }
            if byte != UInt8(ascii: "\n") { partial.append(byte) }
        }
    }

    private static let longestLine = 4096

    private mutating func keep(_ line: String) {
        lines.append(line)
        size += line.utf8.count + 1
        while size > limit, first < lines.count - 1 {
            size -= lines[first].utf8.count + 1
            lines[first] = ""
            first += 1
        }
        if first > 1024, first * 2 > lines.count {
            lines.removeFirst(first)
            first = 0
        }
    }

    /// Printable text: what a terminal would obey (escape sequences, control characters) is shown as "·".
    private static func text(_ bytes: [UInt8]) -> String {
        let trimmed = bytes.last == UInt8(ascii: "\r") ? bytes.dropLast() : bytes[...]
        let scalars = String(decoding: trimmed, as: UTF8.self).unicodeScalars.map { scalar in
            scalar == "\t" || scalar.properties.generalCategory != .control ? scalar : "·"
        }
        return String(String.UnicodeScalarView(scalars))
    }
}
