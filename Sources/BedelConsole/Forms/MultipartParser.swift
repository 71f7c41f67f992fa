internal import BedelDomain

/// Takes a `multipart/form-data` body (RFC 7578) apart while it arrives. A value: bytes in, events out; it never holds
/// more than what was fed last and the length of one boundary or one part's header.
struct MultipartParser: Sendable {
    enum Event: Hashable, Sendable {
        /// A part begins. `fileName` is nil for plain fields.
        case part(name: String, fileName: String?)
        case data([UInt8])
        case endOfPart
        case end
    }

    private enum State { case preamble, afterBoundary, header, data, finished }

    static let headerLimit = 8 << 10
    private let delimiter: [UInt8]
    private var state = State.preamble
    private var buffer: [UInt8] = [13, 10]
    private var start = 0

    /// - Parameter contentType: the request's header, with its boundary.
    /// - Throws: `invalidRequest` when it is not `multipart/form-data` with a boundary of 1 to 70 characters.
    init(contentType: String) throws(BedelError) {
        let parts = contentType.split(separator: ";").map(\.trimmed)
        let boundary = parts.dropFirst().lazy
            .filter { $0.lowercased().hasPrefix("boundary=") }
            .map { String($0.dropFirst("boundary=".count)).filter { $0 != "\"" } }.first
        guard parts.first?.lowercased() == "multipart/form-data", let boundary, (1...70).contains(boundary.utf8.count)
        else { throw Self.malformed("it is not multipart/form-data") }
        delimiter = Array("\r\n--\(boundary)".utf8)
    }

    mutating func feed(_ bytes: [UInt8]) {
        if start > 0 {
            buffer.removeFirst(start)
            start = 0
        }
        buffer += bytes
    }

    /// The next event, or nil when more bytes are needed first.
    mutating func next() throws(BedelError) -> Event? {
        while true {
            switch state {
            case .preamble:
                guard let position = find(delimiter) else {
                    keepTail()
                    return nil
                }
                start = position + delimiter.count
                state = .afterBoundary
            case .afterBoundary:
                guard buffer.count - start >= 2 else { return nil }
                if buffer[start] == 45, buffer[start + 1] == 45 {
                    state = .finished
                    return .end
                }
                guard buffer[start] == 13, buffer[start + 1] == 10 else { throw Self.malformed("a boundary is broken") }
                state = .header
            case .header: return try header()
            case .data: return data()
            case .finished: return nil
            }
        }
    }

    /// Whether the closing boundary has been seen.
    var isFinished: Bool { state == .finished }

    private mutating func header() throws(BedelError) -> Event? {
        guard let end = find([13, 10, 13, 10]) else {
            guard buffer.count - start < Self.headerLimit else { throw Self.malformed("a part's header is too long") }
            return nil
        }
        let lines = String(decoding: buffer[start..<end], as: UTF8.self).split(separator: "\r\n")
        start = end + 4
        state = .data
        for line in lines where line.lowercased().hasPrefix("content-disposition:") {
            if let name = Self.parameter("name", of: line) {
                return .part(name: name, fileName: Self.parameter("filename", of: line))
            }
        }
        throw Self.malformed("a part has no name")
    }

    private mutating func data() -> Event? {
        if let position = find(delimiter) {
            if position > start {
                let piece = Array(buffer[start..<position])
                start = position
                return .data(piece)
            }
            start += delimiter.count
            state = .afterBoundary
            return .endOfPart
        }
        let safeEnd = buffer.count - delimiter.count + 1
        guard safeEnd > start else { return nil }
        let piece = Array(buffer[start..<safeEnd])
        start = safeEnd
        return .data(piece)
    }

    private mutating func keepTail() {
        start = max(start, buffer.count - delimiter.count + 1)
    }

    private func find(_ needle: [UInt8]) -> Int? {
        guard var position = buffer[start...].firstIndex(of: 13) else { return nil }
        while position + needle.count <= buffer.count {
            if buffer[position..<position + needle.count].elementsEqual(needle) { return position }
            guard let further = buffer[(position + 1)...].firstIndex(of: 13) else { return nil }
            position = further
        }
        return nil
    }

    private static func parameter(_ name: String, of line: Substring) -> String? {
        for part in line.split(separator: ";").dropFirst() {
            let sides = part.split(separator: "=", maxSplits: 1)
            guard sides.count == 2, sides[0].trimmed.lowercased() == name else { continue }
            return String(sides[1].trimmed.filter { $0 != "\"" })
        }
        return nil
    }

    static func malformed(_ why: String) -> BedelError {
        BedelError(
            .invalidRequest, "The upload cannot be read: \(why).", next: "Send it again from the form, or use the API.",
            arguments: ["reason": why])
    }
}
