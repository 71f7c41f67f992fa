internal import BedelDomain

/// Reads a form with a file from a request body without ever holding the file: the plain fields come first, then the
/// file is handed on as a stream that pulls from the same body.
///
/// An actor only because the body's iterator has to be carried from the handler to whoever reads the file.
actor MultipartReader {
    static let fieldLimit = 64 << 10
    static let fieldCountLimit = 50

    private var body: ByteStream.AsyncIterator
    private var parser: MultipartParser

    /// - Throws: `invalidRequest` when the content type is not `multipart/form-data`.
    init(contentType: String, body: ByteStream) throws(BedelError) {
        self.body = body.makeAsyncIterator()
        parser = try MultipartParser(contentType: contentType)
    }

    /// The fields up to the first part that is a file; then the file's own bytes are read with ``file``.
    /// - Throws: `invalidRequest`; `tooLarge` when a field is.
    func fieldsBeforeFile() async throws -> (fields: FormFields, hasFile: Bool) {
        var fields = FormFields()
        var count = 0
        while let event = try await nextEvent() {
            guard case .part(let name, let fileName) = event else { break }
            if fileName != nil { return (fields, true) }
            count += 1
            guard count <= Self.fieldCountLimit else { throw MultipartParser.malformed("it has too many fields") }
            let bytes = try await rest(limit: Self.fieldLimit)
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw MultipartParser.malformed("“\(name)” is not UTF-8")
            }
            fields.set(name, to: text)
        }
        return (fields, false)
    }

    /// The bytes of the file that ``fieldsBeforeFile()`` stopped at.
    nonisolated var file: ByteStream { ByteStream(FileBytes(reader: self)) }

    /// What is left of the part at hand.
    /// - Throws: `tooLarge` beyond `limit` bytes.
    func rest(limit: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        while let event = try await nextEvent(), case .data(let piece) = event {
            bytes += piece
            guard bytes.count <= limit else {
                throw BedelError(
                    .tooLarge, "That is more than \(limit / 1024) KiB.", next: "Send something smaller.",
                    arguments: ["limit": "\(limit / 1024) KiB"])
            }
        }
        return bytes
    }

    /// A piece of the file; nil at its end. Nothing may follow the file: what a form lists after it would be read too
    /// late to count, and dropping it silently would be worse than refusing it.
    fileprivate func nextFileBytes() async throws -> [UInt8]? {
        switch try await nextEvent() {
        case .data(let piece): return piece
        case .endOfPart:
            guard case .end = try await nextEvent() else {
                throw MultipartParser.malformed("the file has to be the last field")
            }
            return nil
        default: return nil
        }
    }

    /// - Throws: `invalidRequest` when the body ends before the closing boundary.
    private func nextEvent() async throws -> MultipartParser.Event? {
        while true {
            if let event = try parser.next() { return event }
            if parser.isFinished { return nil }
            var iterator = body
            guard let bytes = try await iterator.next(isolation: self) else {
                throw MultipartParser.malformed("it ends too early")
            }
            body = iterator
            parser.feed(bytes)
        }
    }

    private struct FileBytes: AsyncSequence, Sendable {
        let reader: MultipartReader

        struct AsyncIterator: AsyncIteratorProtocol {
            let reader: MultipartReader
            mutating func next() async throws -> [UInt8]? { try await reader.nextFileBytes() }
        }

        func makeAsyncIterator() -> AsyncIterator { AsyncIterator(reader: reader) }
    }
}
