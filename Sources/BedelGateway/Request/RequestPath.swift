internal import BedelDomain

/// The path of a request in one form (RFC 3986, section 6.2.2). A percent-encoded letter is written as the letter; what
/// different servers read differently (dot segments, encoded slashes, double encoding, …) is refused, never repaired.
enum RequestPath {
    /// - Throws: `invalidRequest`, saying which rule.
    static func normalise(_ path: ArraySlice<UInt8>) throws(BedelError) -> [UInt8] {
        if isNormal(path) { return Array(path) }
        var normal: [UInt8] = []
        normal.reserveCapacity(path.count)
        var position = path.startIndex
        var hasEncoded = false
        while position < path.endIndex {
            let byte = path[position]
            guard byte == UInt8(ascii: "%") else {
                guard ByteClass.path.contains(byte) else {
                    throw .malformed("the path has a character that has to be percent-encoded, or that no path has")
                }
                normal.append(byte)
                position += 1
                continue
            }
            hasEncoded = true
            try decode(path, at: position, into: &normal)
            position += 3
        }
        try checkSegments(normal)
        if hasEncoded { try checkText(normal) }
        return normal
    }

    /// Most are, and that is seen in one pass: nothing is encoded, and behind no slash stands another, a dot or a
    /// semicolon. False says only that it takes a closer look.
    private static func isNormal(_ path: ArraySlice<UInt8>) -> Bool {
        path.withUnsafeBufferPointer { bytes in
            guard bytes.first == UInt8(ascii: "/") else { return false }
            let allowed = ByteClass.path
            var isBehindSlash = false
            for byte in bytes {
                guard allowed.contains(byte) else { return false }
                switch byte {
                case UInt8(ascii: "/"):
                    if isBehindSlash { return false }
                    isBehindSlash = true
                case UInt8(ascii: "."), UInt8(ascii: ";"):
                    if isBehindSlash { return false }
                default: isBehindSlash = false
                }
            }
            return true
        }
    }

    private static func decode(
        _ path: ArraySlice<UInt8>, at position: Int, into normal: inout [UInt8]
    ) throws(BedelError) {
        guard let byte = octet(path, at: position) else { throw .malformed("the path has a “%” without two digits") }
        if ByteClass.unreserved.contains(byte) {
            normal.append(byte)
            return
        }
        switch byte {
        case 0x00...0x1F, 0x7F: throw .malformed("the path has an encoded control character")
        case UInt8(ascii: "/"), UInt8(ascii: "\\"): throw .malformed("the path has an encoded slash")
        case UInt8(ascii: "%") where ByteClass.hexDigit.contains(path, position + 3):
            throw .malformed("the path is encoded twice")
        default: break
        }
        normal.append(UInt8(ascii: "%"))
        normal.append(upper(path[position + 1]))
        normal.append(upper(path[position + 2]))
    }

    /// No `.` or `..`, also with a parameter behind (`..;x`), and no empty segment but the last.
    private static func checkSegments(_ path: [UInt8]) throws(BedelError) {
        guard path.first == UInt8(ascii: "/") else { throw .malformed("the path does not begin with a slash") }
        var start = 1
        while start <= path.count {
            let end = path[start...].firstIndex(of: UInt8(ascii: "/")) ?? path.count
            let segment = path[start..<end]
            guard !segment.isEmpty || end == path.count else { throw .malformed("the path has an empty segment") }
            let name = segment.prefix { $0 != UInt8(ascii: ";") }
            let isDots = name.count <= 2 && !segment.isEmpty && name.allSatisfy { $0 == UInt8(ascii: ".") }
            guard !isDots else { throw .malformed("the path has a dot segment") }
            start = end + 1
        }
    }

    /// What is encoded has to be UTF-8: overlong forms are how a slash hides.
    private static func checkText(_ path: [UInt8]) throws(BedelError) {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(path.count)
        var position = 0
        while position < path.count {
            if path[position] == UInt8(ascii: "%"), let byte = octet(path[...], at: position) {
                decoded.append(byte)
                position += 3
            } else {
                decoded.append(path[position])
                position += 1
            }
        }
        guard String(validating: decoded, as: UTF8.self) != nil else { throw .malformed("the path is not UTF-8") }
    }

    private static func octet(_ path: ArraySlice<UInt8>, at position: Int) -> UInt8? {
        guard ByteClass.hexDigit.contains(path, position + 1), ByteClass.hexDigit.contains(path, position + 2) else {
            return nil
        }
        return value(path[position + 1]) << 4 | value(path[position + 2])
    }

    private static func value(_ digit: UInt8) -> UInt8 { digit <= 0x39 ? digit - 0x30 : (digit | 0x20) - 0x61 + 10 }
    private static func upper(_ digit: UInt8) -> UInt8 { digit >= 0x61 ? digit - 0x20 : digit }
}

extension ByteClass {
    /// Whether there is a byte at that place, and it is a member.
    fileprivate func contains(_ bytes: ArraySlice<UInt8>, _ position: Int) -> Bool {
        position < bytes.endIndex && contains(bytes[position])
    }
}
