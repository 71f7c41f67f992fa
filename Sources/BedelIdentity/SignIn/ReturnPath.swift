/// Where a person wanted to go before they had to sign in: a path on our own base, or nothing.
///
/// Whatever a browser could take for another host, or for a script, becomes `/`: the path is written in the plain
/// characters of RFC 3986 alone, and neither it nor what its escapes stand for holds a second slash in a row, a
/// backslash, a dot segment or a control character.
enum ReturnPath {
    static let maximumSize = 1024

    static func sanitised(_ text: String) -> String { isSafe(text) ? text : "/" }

    private static func isSafe(_ text: String) -> Bool {
        guard text.utf8.count <= maximumSize, text.utf8.first == UInt8(ascii: "/"), text.utf8.allSatisfy(isPlain) else {
            return false
        }
        let path = Array(text.utf8.prefix { $0 != UInt8(ascii: "?") })
        // Twice, since some readers behind us unescape once more than they should.
        guard let once = unescaped(path), let twice = unescaped(once), unescaped(Array(text.utf8)) != nil else {
            return false
        }
        return [path, once, twice].allSatisfy(staysHere)
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-._~/?%&=+,:@".utf8.contains(byte)
        }
    }

    private static func staysHere(_ path: [UInt8]) -> Bool {
        guard path.allSatisfy({ $0 >= 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\\") }) else { return false }
        let segments = path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).dropFirst()
        return segments.enumerated().allSatisfy { index, segment in
            // A slash at the very end leaves one empty segment.
            if segment.isEmpty { return index == segments.count - 1 }
            return !segment.allSatisfy { $0 == UInt8(ascii: ".") } && segment.first != UInt8(ascii: " ")
        }
    }

    /// Nil when an escape is broken.
    private static func unescaped(_ bytes: [UInt8]) -> [UInt8]? {
        var output: [UInt8] = []
        var index = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "%") else {
                output.append(bytes[index])
                index += 1
                continue
            }
            guard index + 2 < bytes.count,
                let byte = UInt8(String(decoding: bytes[index + 1...index + 2], as: UTF8.self), radix: 16),
                bytes[index + 1] != UInt8(ascii: "+"), bytes[index + 1] != UInt8(ascii: "-")
            else { return nil }
            output.append(byte)
            index += 3
        }
        return output
    }
}
