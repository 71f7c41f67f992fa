internal import BedelDomain

/// A head's bytes with the places of its fields: one copy of the bytes, no string a field.
struct FieldBlock: Hashable, Sendable {
    struct Field: Hashable, Sendable {
        let name: Range<Int>
        /// Without the white space around it.
        let value: Range<Int>
        let meaning: FieldName
    }

    let bytes: [UInt8]
    let fields: [Field]
    /// A bit for each meaning that one of them has.
    private let meanings: UInt64

    init(bytes: [UInt8], fields: [Field]) {
        self.bytes = bytes
        self.fields = fields
        meanings = fields.reduce(0) { $0 | 1 << UInt64($1.meaning.rawValue) }
    }

    @inline(__always)
    func has(_ meaning: FieldName) -> Bool { meanings & 1 << UInt64(meaning.rawValue) != 0 }

    subscript(range: Range<Int>) -> ArraySlice<UInt8> { bytes[range] }

    /// Whether its line is name, colon, one space, value, CR LF.
    func isPlain(_ field: Field) -> Bool {
        field.value.lowerBound == field.name.upperBound + 2 && bytes[field.name.upperBound + 1] == 0x20
            && bytes[field.value.upperBound] == 0x0D
    }

    func values(of meaning: FieldName) -> [ArraySlice<UInt8>] {
        guard has(meaning) else { return [] }
        var found: [ArraySlice<UInt8>] = []
        for field in fields where field.meaning == meaning { found.append(bytes[field.value]) }
        return found
    }

    func first(_ meaning: FieldName) -> ArraySlice<UInt8>? {
        guard has(meaning) else { return nil }
        for field in fields where field.meaning == meaning { return bytes[field.value] }
        return nil
    }

    /// Whether `Connection` has that option (RFC 9110, section 7.6.1).
    func connectionHas(_ option: StaticString) -> Bool {
        guard has(.connection) else { return false }
        return fields.contains { field in
            guard field.meaning == .connection else { return false }
            let value = bytes[field.value]
            // Mostly there is only one.
            if value.matches(lowercase: option) { return true }
            if value.matches(lowercase: "keep-alive") { return false }
            return value.listed.contains { $0.matches(lowercase: option) }
        }
    }

    /// The value, when it stands there exactly once; nil when it does not stand there.
    /// - Throws: `invalidRequest` when it stands there more than once.
    func single(_ meaning: FieldName, called name: StaticString) throws(BedelError) -> ArraySlice<UInt8>? {
        guard has(meaning) else { return nil }
        var found: ArraySlice<UInt8>?
        for field in fields where field.meaning == meaning {
            guard found == nil else { throw .malformed("\(name) stands there more than once") }
            found = bytes[field.value]
        }
        return found
    }
}

extension BedelError {
    /// A message that is not HTTP as the standards have it. What could be read in two ways is never read in one.
    static func malformed(_ what: String) -> BedelError {
        BedelError(
            .invalidRequest, "This is not a well-formed HTTP request: \(what).",
            next: "Correct the program that sends it.", arguments: ["what": what])
    }
}
