internal import BedelDomain
internal import NIOCore

/// Takes a body out of the bytes of a connection, piece by piece as they come, never more than there is.
struct BodyDecoder: Sendable {
    enum Piece: Equatable, Sendable {
        case data(ByteBuffer)
        /// Behind this, the next message begins.
        case end
    }

    private enum State: Sendable {
        case length(UInt64)
        case untilClose
        case chunkSize
        case chunkData(UInt64)
        case chunkEnd
        case trailers
        case done
    }

    /// Longest line with a chunk's size, and most bytes of trailers.
    private static let sizeLineLimit = 256
    private static let trailerLimit = 8192

    private var state: State
    private var trailerBytes = 0
    /// What came behind the last chunk and may go on; complete with the end.
    private(set) var trailers = Trailers()

    init(_ framing: BodyFraming) {
        state =
            switch framing {
            case .none: .length(0)
            case .length(let count): .length(count)
            case .chunked: .chunkSize
            case .untilClose: .untilClose
            }
    }

    /// The next piece; nil until more bytes are there.
    /// - Throws: `invalidRequest` when the chunks are not as RFC 9112, section 7.1, has them.
    mutating func next(_ buffer: inout ByteBuffer) throws(BedelError) -> Piece? {
        while true {
            switch state {
            case .length(0):
                state = .done
                return .end
            case .length(let left):
                guard let (data, rest) = Self.take(left, from: &buffer) else { return nil }
                state = .length(rest)
                return .data(data)
            case .untilClose:
                guard let (data, _) = Self.take(.max, from: &buffer) else { return nil }
                return .data(data)
            case .chunkSize:
                guard let line = try Self.line(&buffer, limit: Self.sizeLineLimit) else { return nil }
                let size = try Self.chunkSize(line)
                state = size == 0 ? .trailers : .chunkData(size)
            case .chunkData(let left):
                guard let (data, rest) = Self.take(left, from: &buffer) else { return nil }
                state = rest == 0 ? .chunkEnd : .chunkData(rest)
                return .data(data)
            case .chunkEnd:
                guard buffer.readableBytes >= 2 else { return nil }
                guard buffer.readBytes(length: 2) == [0x0D, 0x0A] else {
                    throw .malformed("a chunk is longer than its size")
                }
                state = .chunkSize
            case .trailers:
                guard let line = try Self.line(&buffer, limit: Self.trailerLimit - trailerBytes) else { return nil }
                trailerBytes += line.count + 2
                guard line.isEmpty else {
                    try trailers.append(line)
                    continue
                }
                state = .done
                return .end
            case .done:
                return nil
            }
        }
    }

    /// Whether the end of the connection is the end of the body, and not a body cut off.
    var endsWithConnection: Bool {
        if case .untilClose = state { true } else { false }
    }

    /// Up to `count` bytes: what is there and how much is still to come; nil when nothing is there.
    private static func take(_ count: UInt64, from buffer: inout ByteBuffer) -> (ByteBuffer, UInt64)? {
        let available = Int(min(UInt64(buffer.readableBytes), count))
        guard available > 0, let data = buffer.readSlice(length: available) else { return nil }
        return (data, count - UInt64(available))
    }

    /// A line without its CRLF; nil when it has not fully come.
    private static func line(_ buffer: inout ByteBuffer, limit: Int) throws(BedelError) -> ArraySlice<UInt8>? {
        guard let length = buffer.readableBytesView.firstIndex(of: 0x0A).map({ $0 - buffer.readerIndex }) else {
            guard buffer.readableBytes < limit else { throw .malformed("a line of the chunked body is too long") }
            return nil
        }
        guard length < limit, let line = buffer.readBytes(length: length + 1) else {
            throw .malformed("a line of the chunked body is too long")
        }
        guard length > 0, line[length - 1] == 0x0D else {
            throw .malformed("a line of the chunked body ends without CR")
        }
        return line[..<(length - 1)]
    }

    /// Hexadecimal digits and perhaps extensions, which nobody uses and we do not pass on; but they must be
    /// well-formed.
    private static func chunkSize(_ line: ArraySlice<UInt8>) throws(BedelError) -> UInt64 {
        let digits = line.prefix(while: ByteClass.hexDigit.contains)
        guard (1...15).contains(digits.count), let size = UInt64(digits.text, radix: 16) else {
            throw .malformed("a chunk's size is not a number")
        }
        let rest = line.dropFirst(digits.count)
        guard let first = rest.first else { return size }
        guard first == UInt8(ascii: ";"), let name = rest.dropFirst().first, ByteClass.token.contains(name),
            rest.allSatisfy({ ByteClass.fieldValue.contains($0) })
        else { throw .malformed("a chunk's size is followed by something else") }
        return size
    }
}
