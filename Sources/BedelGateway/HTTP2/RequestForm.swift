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
        var method: [UInt8]?
        var scheme: [UInt8]?
        var authority: [UInt8]?
        var path: [UInt8]?

        mutating func take(_ name: String, _ value: [UInt8]) throws(BedelError) {
            let place: WritableKeyPath<Pseudo, [UInt8]?> =
                switch name {
                case ":method": \.method
                case ":scheme": \.scheme
                case ":authority": \.authority
                case ":path": \.path
                default: throw .malformed("it has a pseudo-header field that does not exist")
                }
            guard self[keyPath: place] == nil else { throw .malformed("a pseudo-header field stands there twice") }
            self[keyPath: place] = value
        }
    }

    /// - Parameter hasBody: whether the section did not end the stream.
    /// - Throws: `invalidRequest`.
    static func head(of section: HPACKHeaders, hasBody: Bool) throws(BedelError) -> Head {
        var pseudo = Pseudo()
        var fields = FieldLines()
        for (name, text, _) in section {
            let value = Array(text.utf8)
            if name.hasPrefix(":") {
                guard fields.isEmpty else { throw .malformed("a pseudo-header field stands behind a header field") }
                try pseudo.take(name, value)
            } else {
                try fields.take(Array(name.utf8), value)
            }
        }
        let line = try requestLine(pseudo, fields)
        let framing = try fields.framing(hasBody: hasBody)
        var bytes = line
        bytes += fields.lines(framing)
        bytes += [0x0D, 0x0A]
        return Head(bytes: bytes, framing: framing, isHeadRequest: pseudo.method == Array("HEAD".utf8))
    }

    private static func requestLine(_ pseudo: Pseudo, _ fields: FieldLines) throws(BedelError) -> [UInt8] {
        guard let method = pseudo.method, let path = pseudo.path, let scheme = pseudo.scheme else {
            throw .malformed("one of :method, :scheme and :path is missing")
        }
        guard !method.isEmpty, method.allSatisfy(ByteClass.token.contains) else {
            throw .malformed(":method is not a method")
        }
        // A client's `http` on a TLS connection means that it or a proxy is confused about where it is.
        guard scheme[...].matches(lowercase: "https") else { throw .malformed(":scheme is not https") }
        let isAsterisk = path == [UInt8(ascii: "*")] && method[...].equals("OPTIONS")
        guard path.first == UInt8(ascii: "/") || isAsterisk, path.allSatisfy(ByteClass.visible.contains) else {
            throw .malformed(":path is not a path")
        }
        guard let authority = pseudo.authority ?? fields.host else { throw .malformed("it has no :authority") }
        if let host = fields.host, host != authority { throw .malformed("Host is not :authority") }
        guard !authority.isEmpty, authority.allSatisfy(ByteClass.visible.contains) else {
            throw .malformed(":authority is not a host name")
        }
        return method + [0x20] + path + Array(" HTTP/1.1\r\nHost: ".utf8) + authority + [0x0D, 0x0A]
    }
}

/// The header fields of a section, checked one by one.
private struct FieldLines {
    private var other: [UInt8] = []
    private var cookies: [UInt8] = []
    private(set) var host: [UInt8]?
    private var length: [UInt8]?
    private(set) var isEmpty = true

    mutating func take(_ name: [UInt8], _ value: [UInt8]) throws(BedelError) {
        isEmpty = false
        try FieldForm.check(name, value)
        switch FieldName(name[...]) {
        case .host:
            guard host == nil else { throw .malformed("Host stands there more than once") }
            host = value
        case .contentLength:
            guard length == nil else { throw .malformed("Content-Length stands there more than once") }
            length = value
        case .cookie:
            // Crumbs are put together again (RFC 9113, section 8.2.3).
            cookies += cookies.isEmpty ? value : [UInt8(ascii: ";"), 0x20] + value
        default:
            if name[...].equals("te"), !value[...].equals("trailers") {
                throw .malformed("TE may only be “trailers” in HTTP/2")
            }
            other += name + [UInt8(ascii: ":"), 0x20] + value + [0x0D, 0x0A]
        }
    }

    /// Of the HTTP/1.1 message.
    func framing(hasBody: Bool) throws(BedelError) -> BodyFraming {
        guard let length else { return hasBody ? .chunked : .none }
        let framing = BodyFraming.length(try BodyFraming.number(length[...]))
        guard hasBody || framing == .length(0) else { throw .malformed("Content-Length promises a body") }
        return framing
    }

    func lines(_ framing: BodyFraming) -> [UInt8] {
        var lines = other
        if !cookies.isEmpty { lines += Array("Cookie: ".utf8) + cookies + [0x0D, 0x0A] }
        switch framing {
        case .length(let count): lines += Array("Content-Length: \(count)\r\n".utf8)
        case .chunked: lines += Array("Transfer-Encoding: chunked\r\n".utf8)
        case .none, .untilClose: break
        }
        return lines
    }
}
