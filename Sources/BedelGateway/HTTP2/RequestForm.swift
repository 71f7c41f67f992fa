internal import BedelDomain
internal import NIOCore
internal import NIOHPACK

/// A request's header section of HTTP/2 as an HTTP/1.1 head (RFC 9113, sections 8.2 and 8.3): from there on there is one
/// way for both. Pure, and strict by itself: what would become two lines, or say twice how long or whose a request is,
/// never gets that far.
enum RequestForm {
    struct Head: Equatable, Sendable {
        let bytes: [UInt8]
        let framing: BodyFraming
        let isHeadRequest: Bool
    }

    private struct Pseudo {
        var method: String?
        var scheme: String?
        var authority: String?
        var path: String?

        mutating func take(_ name: String, _ value: String) throws(BedelError) {
            switch name {
            case ":method": try Self.put(value, &method)
            case ":scheme": try Self.put(value, &scheme)
            case ":authority": try Self.put(value, &authority)
            case ":path": try Self.put(value, &path)
            default: throw .malformed("it has a pseudo-header field that does not exist")
            }
        }

        private static func put(_ value: String, _ place: inout String?) throws(BedelError) {
            guard place == nil else { throw .malformed("a pseudo-header field stands there twice") }
            place = value
        }
    }

    /// - Parameter hasBody: whether the section did not end the stream.
    /// - Throws: `invalidRequest`.
    static func head(of section: HPACKHeaders, hasBody: Bool) throws(BedelError) -> Head {
        var pseudo = Pseudo()
        var fields = FieldLines()
        for (name, value, _) in section {
            if name.utf8.first == UInt8(ascii: ":") {
                guard fields.isEmpty else { throw .malformed("a pseudo-header field stands behind a header field") }
                try pseudo.take(name, value)
            } else {
                try fields.take(name, value)
            }
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(fields.byteCount + 512)
        try writeRequestLine(pseudo, fields, into: &bytes)
        let framing = try fields.framing(hasBody: hasBody)
        fields.write(framing, into: &bytes)
        bytes.append(0x0D)
        bytes.append(0x0A)
        return Head(bytes: bytes, framing: framing, isHeadRequest: pseudo.method == "HEAD")
    }

    private static func writeRequestLine(
        _ pseudo: Pseudo, _ fields: FieldLines, into bytes: inout [UInt8]
    ) throws(BedelError) {
        guard let method = pseudo.method, let path = pseudo.path, let scheme = pseudo.scheme else {
            throw .malformed("one of :method, :scheme and :path is missing")
        }
        // A client's `http` on a TLS connection means that it or a proxy is confused about where it is.
        guard scheme == "https" || Array(scheme.utf8)[...].matches(lowercase: "https") else {
            throw .malformed(":scheme is not https")
        }
        guard bytes.append(method, of: ByteClass.token) else { throw .malformed(":method is not a method") }
        bytes.append(0x20)
        let isAsterisk = path == "*" && method == "OPTIONS"
        guard path.utf8.first == UInt8(ascii: "/") || isAsterisk, bytes.append(path, of: ByteClass.visible) else {
            throw .malformed(":path is not a path")
        }
        bytes += Self.version
        guard let authority = pseudo.authority ?? fields.host else { throw .malformed("it has no :authority") }
        if let host = fields.host, !host.utf8.elementsEqual(authority.utf8) {
            throw .malformed("Host is not :authority")
        }
        guard bytes.append(authority, of: ByteClass.visible) else { throw .malformed(":authority is not a host name") }
        bytes.append(0x0D)
        bytes.append(0x0A)
    }

    private static let version = Array(" HTTP/1.1\r\nHost: ".utf8)
}

/// The header fields of a section, checked one by one.
private struct FieldLines {
    /// Those that are passed on as they are, a line each.
    private var lines: [UInt8] = []
    private var cookies: [UInt8] = []
    private(set) var host: String?
    private var length: [UInt8]?
    private(set) var isEmpty = true

    init() { lines.reserveCapacity(960) }

    var byteCount: Int { lines.count + cookies.count }

    mutating func take(_ name: String, _ value: String) throws(BedelError) {
        isEmpty = false
        // Written first and looked at there; what does not belong there is taken away again.
        let start = lines.count
        lines.append(contentsOf: name.utf8)
        let nameEnd = lines.count
        lines.append(UInt8(ascii: ":"))
        lines.append(0x20)
        let valueStart = lines.count
        lines.append(contentsOf: value.utf8)
        try FieldForm.check(lines[start..<nameEnd], lines[valueStart...])
        switch FieldName(lines, at: start..<nameEnd) {
        case .host:
            guard host == nil else { throw .malformed("Host stands there more than once") }
            host = value
            lines.removeSubrange(start...)
        case .contentLength:
            guard length == nil else { throw .malformed("Content-Length stands there more than once") }
            length = Array(value.utf8)
            lines.removeSubrange(start...)
        case .cookie:
            // Crumbs are put together again (RFC 9113, section 8.2.3).
            if !cookies.isEmpty { cookies += [UInt8(ascii: ";"), 0x20] }
            cookies.append(contentsOf: value.utf8)
            lines.removeSubrange(start...)
        case .hopByHop where name == "te" && value != "trailers":
            throw .malformed("TE may only be “trailers” in HTTP/2")
        default:
            lines.append(0x0D)
            lines.append(0x0A)
        }
    }

    /// Of the HTTP/1.1 message.
    func framing(hasBody: Bool) throws(BedelError) -> BodyFraming {
        guard let length else { return hasBody ? .chunked : .none }
        let framing = BodyFraming.length(try BodyFraming.number(length[...]))
        guard hasBody || framing == .length(0) else { throw .malformed("Content-Length promises a body") }
        return framing
    }

    func write(_ framing: BodyFraming, into bytes: inout [UInt8]) {
        bytes += lines
        if !cookies.isEmpty {
            bytes += Array("Cookie: ".utf8)
            bytes += cookies
            bytes += [0x0D, 0x0A]
        }
        switch framing {
        case .length(let count): bytes += Array("Content-Length: \(count)\r\n".utf8)
        case .chunked: bytes += Array("Transfer-Encoding: chunked\r\n".utf8)
        case .none, .untilClose: break
        }
    }
}

extension [UInt8] {
    /// - Returns: whether it is not empty and has only bytes of that class.
    fileprivate mutating func append(_ text: String, of allowed: ByteClass) -> Bool {
        let start = count
        append(contentsOf: text.utf8)
        return count > start && self[start...].allSatisfy(allowed.contains)
    }
}
