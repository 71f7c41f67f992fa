internal import BedelDomain
internal import NIOCore

/// The fields behind a body (RFC 9110, section 6.5): only those that mean nothing to anybody on the way. Whatever frames
/// a message, routes it, says who somebody is or how to read it must not come late, because somebody may merge it into
/// the header after it was checked; such a field is dropped.
struct Trailers: Hashable, Sendable {
    private var bytes: [UInt8] = []

    var isEmpty: Bool { bytes.isEmpty }
    var byteCount: Int { bytes.count }

    /// Takes a line `name: value`, without its end.
    /// - Throws: `invalidRequest` for what is no field.
    mutating func append(_ line: ArraySlice<UInt8>) throws(BedelError) {
        let name = line.prefix(while: ByteClass.token.contains)
        let rest = line.dropFirst(name.count)
        guard !name.isEmpty, rest.first == UInt8(ascii: ":"), rest.allSatisfy(ByteClass.fieldValue.contains) else {
            throw .malformed("a trailer field is malformed")
        }
        append(name, rest.dropFirst().trimmed)
    }

    /// - Parameters: a token, and a value that may stand in a header.
    mutating func append(_ name: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>) {
        guard Self.mayGoOn(name) else { return }
        bytes += name
        bytes += [UInt8(ascii: ":"), 0x20]
        bytes += value
        bytes += [0x0D, 0x0A]
    }

    /// As lines, each with its end.
    func write(into buffer: inout ByteBuffer) { buffer.writeBytes(bytes) }

    /// Name and value of each.
    var fields: [(name: ArraySlice<UInt8>, value: ArraySlice<UInt8>)] {
        bytes.split(separator: 0x0A).map { line in
            let name = line.prefix { $0 != UInt8(ascii: ":") }
            return (name, line.dropFirst(name.count + 1).trimmed.prefix { $0 != 0x0D })
        }
    }

    private static func mayGoOn(_ name: ArraySlice<UInt8>) -> Bool {
        guard FieldName(name) == .other else { return false }
        if forbidden.contains(where: { name.matches(lowercase: $0) }) { return false }
        return !forbiddenPrefixes.contains { name.count > $0.count && name.prefix($0.count).matches(lowercase: $0) }
    }

    /// What RFC 9110, section 6.5.1, forbids in words, as names.
    private static let forbidden: [[UInt8]] = [
        "age", "allow", "expires", "location", "max-forwards", "pragma", "range", "refresh", "server", "link",
        "www-authenticate", "strict-transport-security", "authentication-info", "priority", "user-agent", "referer",
    ].map { Array($0.utf8) }

    private static let forbiddenPrefixes: [[UInt8]] = [
        "content-", "if-", "accept", "access-control-", "sec-", "cross-origin-", "x-accel-", "x-frame-", "x-sendfile",
    ].map { Array($0.utf8) }
}
