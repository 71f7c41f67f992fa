internal import BedelDomain

/// Reads a whole head, strictly (RFC 9112, sections 3 to 5): what the grammar does not allow is refused, also where
/// recipients "may" be lenient, because leniency is what lets two readers see two messages.
struct HeadParser {
    private let bytes: [UInt8]
    private let maximumFields: Int
    private var position = 0

    private init(_ bytes: [UInt8], maximumFields: Int) {
        self.bytes = bytes
        self.maximumFields = maximumFields
    }

    /// - Parameter bytes: from the request line to the empty line, as ``HeadScanner`` found them.
    /// - Throws: `invalidRequest`; `headersTooLarge` when there are too many fields.
    static func request(_ bytes: [UInt8], maximumFields: Int) throws(BedelError) -> RequestHead {
        var parser = HeadParser(bytes, maximumFields: maximumFields)
        let method = try parser.word(until: 0x20, ByteClass.token, "the method")
        guard method.count <= 32 else { throw .malformed("the method is too long") }
        let target = try parser.word(until: 0x20, ByteClass.visible, "the request target")
        let minorVersion = try parser.version(until: 0x0D, "the request line")
        try parser.lineEnd()
        let block = FieldBlock(bytes: bytes, fields: try parser.fields())
        return RequestHead(block: block, method: method, target: target, minorVersion: minorVersion)
    }

    /// - Throws: `invalidRequest`: to the one who asked it is a failure of the upstream's.
    static func response(_ bytes: [UInt8], maximumFields: Int) throws(BedelError) -> ResponseHead {
        var parser = HeadParser(bytes, maximumFields: maximumFields)
        let minorVersion = try parser.version(until: 0x20, "the status line")
        let digits = try parser.word(until: parser.upcoming(3), ByteClass.digit, "the status")
        let status = digits.count == 3 ? digits.reduce(0) { $0 * 10 + Int(bytes[$1]) - 0x30 } : 0
        guard (100...599).contains(status) else {
            throw .malformed("the status is not a number from 100 to 599")
        }
        var reason = parser.position..<parser.position
        // Some servers leave out the space together with the phrase.
        if bytes[parser.position - 1] == 0x20 {
            let start = parser.position
            parser.position = parser.fieldValueEnd(from: start)
            reason = start..<parser.position
            try parser.take(0x0D, "the status line")
        }
        try parser.lineEnd()
        let block = FieldBlock(bytes: bytes, fields: try parser.fields())
        return ResponseHead(block: block, status: status, reason: reason, minorVersion: minorVersion)
    }

    // MARK: Steps

    /// The first place from `start` on whose byte is not allowed.
    @inline(__always)
    private func end(of allowed: ByteClass, from start: Int) -> Int {
        bytes.withUnsafeBufferPointer { bytes in
            var position = start
            while position < bytes.count, allowed.contains(bytes[position]) { position += 1 }
            return position
        }
    }

    /// The same for ``ByteClass/fieldValue``, many at a time: tokens are long.
    @inline(__always)
    private func fieldValueEnd(from start: Int) -> Int {
        bytes.withUnsafeBytes { bytes in
            guard let first = bytes.baseAddress else { return start }
            var position = start
            while bytes.count - position >= 32, EightBytes.areVisible(fourAt: first + position) { position += 32 }
            while bytes.count - position >= 8 {
                guard let control = EightBytes(first + position).firstControl else {
                    position += 8
                    continue
                }
                position += control
                guard bytes[position] == 0x09 else { return position }
                position += 1
            }
            while position < bytes.count, ByteClass.fieldValue.contains(bytes[position]) { position += 1 }
            return position
        }
    }

    /// The byte after the next `count` ones.
    private func upcoming(_ count: Int) -> UInt8 {
        let index = position + count
        return index < bytes.count && bytes[index] == 0x20 ? 0x20 : 0x0D
    }

    private mutating func word(
        until end: UInt8, _ allowed: ByteClass, _ what: StaticString
    ) throws(BedelError) -> Range<Int> {
        let start = position
        position = self.end(of: allowed, from: start)
        guard position > start, position < bytes.count, bytes[position] == end else {
            throw .malformed("\(what) is missing or has a character that it cannot have")
        }
        position += 1
        return start..<(position - 1)
    }

    /// `HTTP/1.0` or `HTTP/1.1`.
    private mutating func version(until end: UInt8, _ line: StaticString) throws(BedelError) -> Int {
        let version = try word(until: end, ByteClass.visible, line)
        if bytes[version].equals("HTTP/1.1") { return 1 }
        if bytes[version].equals("HTTP/1.0") { return 0 }
        throw .malformed("only HTTP/1.1 and HTTP/1.0 are spoken here")
    }

    private mutating func take(_ byte: UInt8, _ what: StaticString) throws(BedelError) {
        guard position < bytes.count, bytes[position] == byte else {
            throw .malformed("\(what) has a character that it cannot have")
        }
        position += 1
    }

    private mutating func lineEnd() throws(BedelError) { try take(0x0A, "a line") }

    private mutating func fields() throws(BedelError) -> [FieldBlock.Field] {
        var fields: [FieldBlock.Field] = []
        fields.reserveCapacity(16)
        while position < bytes.count, bytes[position] != 0x0D {
            guard fields.count < maximumFields else {
                throw BedelError(
                    .headersTooLarge, "The request has more than \(maximumFields) header fields.",
                    next: "Send fewer; deleting this site's cookies often helps.")
            }
            fields.append(try field())
        }
        try take(0x0D, "the end of the header")
        try lineEnd()
        return fields
    }

    /// One line. A line that begins with white space (the obsolete folding) has no name and fails there.
    private mutating func field() throws(BedelError) -> FieldBlock.Field {
        let name = try word(until: UInt8(ascii: ":"), ByteClass.token, "a header field's name")
        while position < bytes.count, bytes[position] == 0x20 || bytes[position] == 0x09 { position += 1 }
        let start = position
        position = fieldValueEnd(from: start)
        var end = position
        while end > start, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 { end -= 1 }
        try take(0x0D, "a header field")
        try lineEnd()
        return FieldBlock.Field(name: name, value: start..<end, meaning: FieldName(bytes, at: name))
    }
}
