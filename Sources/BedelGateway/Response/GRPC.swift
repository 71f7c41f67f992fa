internal import BedelDomain

/// gRPC over HTTP/2, as far as a gateway has to know it (grpc.github.io/grpc/core/md_doc_statuscodes.html).
enum GRPC {
    static func isSpoken(_ contentType: ArraySlice<UInt8>) -> Bool {
        guard contentType.prefix(16).matches(lowercase: "application/grpc") else { return false }
        return switch contentType.dropFirst(16).first {
        case nil, UInt8(ascii: "+"), UInt8(ascii: ";"): true
        default: false
        }
    }

    static func isSpoken(by request: NormalRequest?) -> Bool {
        request?.head.block.first(.contentType).map(isSpoken) ?? false
    }

    /// A failure of the gateway's own, as its caller's library understands it: a response of nothing but a header that
    /// is a trailer, with status 200.
    static func fields(_ error: BedelError) -> [(String, String)] {
        [
            ("Content-Type", "application/grpc"), ("Grpc-Status", String(status(error.code.httpStatus))),
            ("Grpc-Message", PercentEncoding.fieldValue("\(error.message) \(error.next)")),
        ]
    }

    static func status(_ http: Int) -> Int {
        switch http {
        case 400: 13
        case 401: 16
        case 403: 7
        case 404, 405, 421: 12
        case 413, 431: 8
        case 408, 429, 502, 503: 14
        case 504: 4
        default: 2
        }
    }
}
