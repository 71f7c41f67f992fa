import BedelDomain

/// One record of a CSV file and the line it begins on, counted from 1.
struct CSVRecord: Hashable, Sendable {
    let line: Int
    let fields: [String]
}

/// Reads CSV as RFC 4180 describes it, strictly: a field with a comma, a quotation mark or a line break is quoted, and a
/// quotation mark inside is doubled. Lines end with CRLF or LF; a UTF-8 byte order mark is skipped.
struct CSVReader {
    /// Bounds on what is read before anything is made of it.
    struct Limits: Hashable, Sendable {
        var records: Int
        var fieldsPerRecord: Int
        /// Bytes.
        var field: Int
    }

    private enum State { case fieldStart, bare, quoted, quoteInQuoted, carriageReturn }

    private let limits: Limits
    private var state = State.fieldStart
    private var line = 1
    private var recordLine = 1
    private var quoteLine = 1
    private var field: [UInt8] = []
    private var fields: [String] = []
    private var records: [CSVRecord] = []

    private init(limits: Limits) { self.limits = limits }

    /// - Throws: `invalidDataset` naming the line.
    static func records(of bytes: [UInt8], limits: Limits) throws(BedelError) -> [CSVRecord] {
        var reader = CSVReader(limits: limits)
        for byte in try withoutByteOrderMark(bytes) { try reader.read(byte) }
        return try reader.finish()
    }

    private static func withoutByteOrderMark(_ bytes: [UInt8]) throws(BedelError) -> ArraySlice<UInt8> {
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            throw .dataset("The file is in UTF-16.", next: "Save it again as “CSV UTF-8”.")
        }
        return bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
    }

    private mutating func read(_ byte: UInt8) throws(BedelError) {
        if state == .carriageReturn, byte != Self.lineFeed {
            throw .dataset(
                "Line \(line) ends in a lone carriage return.", next: "Save the file with CRLF or LF line ends.")
        }
        switch (state, byte) {
        case (_, 0):
            throw .dataset(
                "Line \(line) holds a zero byte, so this is no text file.", next: "Save it again as “CSV UTF-8”.")
        case (.quoted, Self.quote): state = .quoteInQuoted
        case (.quoted, _): try append(byte)
        case (.quoteInQuoted, Self.quote):
            try append(byte)
            state = .quoted
        case (_, Self.comma): try endField()
        case (.carriageReturn, _), (_, Self.lineFeed): try endRecord()
        case (_, Self.carriageReturn): state = .carriageReturn
        case (.fieldStart, Self.quote):
            quoteLine = line
            state = .quoted
        case (.bare, Self.quote), (.quoteInQuoted, _): throw strayQuote
        default:
            try append(byte)
            state = .bare
        }
        if byte == Self.lineFeed { line += 1 }
        if byte == Self.lineFeed, state == .fieldStart, fields.isEmpty { recordLine = line }
    }

    private mutating func finish() throws(BedelError) -> [CSVRecord] {
        switch state {
        case .quoted:
            throw .dataset(
                "A quotation mark that opens on line \(quoteLine) is never closed.",
                next: "Close it, or double it if it belongs to the text.")
        case .fieldStart where fields.isEmpty: break
        default: try endRecord()
        }
        while records.last?.fields == [""] { records.removeLast() }
        return records
    }

    private mutating func append(_ byte: UInt8) throws(BedelError) {
        guard field.count < limits.field else {
            throw .dataset(
                "A cell on line \(line) is longer than \(limits.field) bytes.",
                next: "Shorten it, or close the quotation mark before it.")
        }
        field.append(byte)
    }

    private mutating func endField() throws(BedelError) {
        guard fields.count < limits.fieldsPerRecord else {
            throw .dataset(
                "Line \(recordLine) has more than \(limits.fieldsPerRecord) columns.", next: "Leave some columns out.")
        }
        guard let text = String(validating: field, as: UTF8.self) else {
            throw .dataset(
                "Line \(line), column \(fields.count + 1) is not in UTF-8.", next: "Save the file again as “CSV UTF-8”."
            )
        }
        fields.append(text)
        field.removeAll(keepingCapacity: true)
        state = .fieldStart
    }

    private mutating func endRecord() throws(BedelError) {
        try endField()
        guard records.count < limits.records else {
            throw .dataset("The file has more than \(limits.records) lines.", next: "Take a sample of the rows.")
        }
        records.append(CSVRecord(line: recordLine, fields: fields))
        fields.removeAll(keepingCapacity: true)
    }

    private var strayQuote: BedelError {
        .dataset(
            "Line \(line), column \(fields.count + 1) has a quotation mark in the wrong place.",
            next: "Put the whole cell in quotation marks and double those inside: \"a \"\"word\"\"\".")
    }

    private static var comma: UInt8 { UInt8(ascii: ",") }
    private static var quote: UInt8 { UInt8(ascii: "\"") }
    private static var lineFeed: UInt8 { UInt8(ascii: "\n") }
    private static var carriageReturn: UInt8 { UInt8(ascii: "\r") }
}

extension BedelError {
    static func dataset(_ message: String, next: String) -> BedelError {
        BedelError(.invalidDataset, message, next: next)
    }
}
