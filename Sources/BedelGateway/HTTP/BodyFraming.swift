internal import BedelDomain

/// How the end of a body is found (RFC 9112, section 6.3).
enum BodyFraming: Hashable, Sendable {
    case none
    case length(UInt64)
    case chunked
    /// Responses only: the body ends with the connection.
    case untilClose

    /// A request's. Both fields at once, a coding besides `chunked`, a list, a sign, a leading zero, the same twice:
    /// all refused, because somebody reads each of them another way.
    static func of(_ request: RequestHead) throws(BedelError) -> BodyFraming {
        let block = request.block
        guard !block.fields.contains(where: { $0.meaning == .framingAlias }) else {
            throw .malformed("a header field's name only looks like one that frames the message")
        }
        let coding = try block.single(.transferEncoding, called: "Transfer-Encoding")
        let length = try block.single(.contentLength, called: "Content-Length")
        guard let coding else {
            guard let length else { return .none }
            return .length(try number(length))
        }
        guard length == nil else { throw .malformed("it has both Content-Length and Transfer-Encoding") }
        guard request.minorVersion == 1 else { throw .malformed("HTTP/1.0 has no Transfer-Encoding") }
        guard coding.matches(lowercase: "chunked") else {
            throw .malformed("the only transfer coding understood is “chunked”")
        }
        return .chunked
    }

    /// A response's, which also depends on what was asked (RFC 9110, section 6.4.1).
    static func of(_ response: ResponseHead, toHead: Bool) throws(BedelError) -> BodyFraming {
        let block = response.block
        let coding = try block.single(.transferEncoding, called: "Transfer-Encoding")
        let length = try block.single(.contentLength, called: "Content-Length")
        guard coding == nil || length == nil else { throw .malformed("both Content-Length and Transfer-Encoding") }
        if toHead || response.status < 200 || response.status == 204 || response.status == 304 { return .none }
        if let coding {
            guard coding.matches(lowercase: "chunked") else { throw .malformed("an unknown transfer coding") }
            return .chunked
        }
        guard let length else { return .untilClose }
        return .length(try number(length))
    }

    /// - Throws: `invalidRequest` for anything but plain digits.
    static func number(_ digits: ArraySlice<UInt8>) throws(BedelError) -> UInt64 {
        let isPlain = !digits.isEmpty && digits.count <= 18 && digits.allSatisfy(ByteClass.digit.contains)
        guard isPlain, digits.count == 1 || digits.first != UInt8(ascii: "0") else {
            throw .malformed("Content-Length is not a plain number")
        }
        return digits.reduce(0) { $0 * 10 + UInt64($1 - 48) }
    }
}
