internal import BedelDomain

/// The head of a CGI program's output (RFC 3875, section 6): header lines up to an empty one, then the body. Fed piece
/// by piece.
struct CGIHead {
    struct Parsed: Equatable {
        let status: Int
        let headers: [Header]
        /// What of the body came in the same piece.
        let rest: [UInt8]
    }

    struct Header: Equatable {
        let name: String
        let value: String
    }

    private static let limit = 16 << 10
    private var gathered: [UInt8] = []

    /// - Returns: the head once it is complete, else nil.
    /// - Throws: ``BedelError`` `internalFailure` when it is no CGI head.
    mutating func feed(_ bytes: [UInt8]) throws(BedelError) -> Parsed? {
        gathered += bytes
        guard let (head, rest) = Self.split(gathered) else {
            guard gathered.count <= Self.limit else {
                throw .internalFailure("git http-backend sent no end of headers")
            }
            return nil
        }
        return try Self.parse(head, rest: Array(rest))
    }

    /// Lines end with CR LF or LF alone.
    private static func split(_ bytes: [UInt8]) -> (ArraySlice<UInt8>, ArraySlice<UInt8>)? {
        for index in bytes.indices where bytes[index] == 10 {
            if bytes[(index + 1)...].starts(with: [10]) { return (bytes[...index], bytes[(index + 2)...]) }
            if bytes[(index + 1)...].starts(with: [13, 10]) { return (bytes[...index], bytes[(index + 3)...]) }
        }
        return nil
    }

    private static func parse(_ head: ArraySlice<UInt8>, rest: [UInt8]) throws(BedelError) -> Parsed {
        var status = 200
        var headers: [Header] = []
        for line in head.split(whereSeparator: { $0 == 10 || $0 == 13 }) {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex else {
                throw .internalFailure("git http-backend sent a line that is no header")
            }
            let name = String(decoding: line[..<colon], as: UTF8.self)
            let value = String(decoding: line[(colon + 1)...].drop { $0 == 32 }, as: UTF8.self)
            if name.lowercased() == "status" {
                guard let code = Int(value.prefix(3)), (200...599).contains(code) else {
                    throw .internalFailure("git http-backend sent the status \(value)")
                }
                status = code
            } else {
                headers.append(Header(name: name, value: value))
            }
        }
        return Parsed(status: status, headers: headers, rest: rest)
    }
}
