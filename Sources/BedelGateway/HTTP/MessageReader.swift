internal import BedelDomain
internal import NIOCore

/// Reads one message after another from the bytes of a connection. The reader does not know how a body is framed: that
/// depends on what was asked, so whoever takes the head says it with ``expectBody(_:)``.
struct MessageReader<Head: Sendable>: Sendable {
    enum Event: Sendable {
        case head(Head)
        case data(ByteBuffer)
        case end
    }

    private enum State: Sendable {
        case head(HeadScanner)
        /// The head was handed out, and nobody said yet how its body is framed.
        case undecided
        case body(BodyDecoder)
    }

    private let headLimit: Int
    private let parse: @Sendable ([UInt8]) throws(BedelError) -> Head
    private var state: State
    /// Of the message that has just ended.
    private(set) var trailers = Trailers()

    /// - Parameters:
    ///   - headLimit: in bytes.
    ///   - parse: makes a head of its bytes.
    init(headLimit: Int, parse: @escaping @Sendable ([UInt8]) throws(BedelError) -> Head) {
        self.headLimit = headLimit
        self.parse = parse
        state = .head(HeadScanner(limit: headLimit))
    }

    /// The next event; nil until more bytes are there, or until ``expectBody(_:)`` was called.
    /// - Throws: `invalidRequest`, `headersTooLarge`. There is no going on after an error.
    mutating func next(_ buffer: inout ByteBuffer) throws(BedelError) -> Event? {
        switch state {
        case .undecided:
            return nil
        case .head(var scanner):
            let progress = buffer.withUnsafeReadableBytes { scanner.scan($0) }
            switch progress {
            case .incomplete:
                state = .head(scanner)
                return nil
            case .bareLineFeed:
                throw .malformed("a line ends without CR")
            case .tooLarge:
                throw BedelError(
                    .headersTooLarge, "The request's header has more than \(headLimit) bytes.",
                    next: "Send less; deleting this site's cookies often helps.")
            case .complete(let length):
                let head = try parse(buffer.readBytes(length: length) ?? [])
                state = .undecided
                return .head(head)
            }
        case .body(var decoder):
            let piece = try decoder.next(&buffer)
            switch piece {
            case nil:
                state = .body(decoder)
                return nil
            case .data(let data):
                state = .body(decoder)
                return .data(data)
            case .end:
                trailers = decoder.trailers
                state = .head(HeadScanner(limit: headLimit))
                return .end
            }
        }
    }

    mutating func expectBody(_ framing: BodyFraming) { state = .body(BodyDecoder(framing)) }

    /// After an informational response (RFC 9110, section 15.2): another head follows.
    mutating func expectAnotherHead() { state = .head(HeadScanner(limit: headLimit)) }

    /// Whether the connection may end here without cutting anything off: the body ends with it.
    var endsWithConnection: Bool {
        if case .body(let decoder) = state { decoder.endsWithConnection } else { false }
    }
}
