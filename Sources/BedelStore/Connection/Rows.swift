internal import BedelDomain
internal import CPostgres

/// The rows of an answer, read where they lie in libpq's memory. They never leave the connection's thread; what leaves it
/// are values made of them.
struct Rows: RandomAccessCollection {
    private let result: QueryResult

    init(_ result: QueryResult) { self.result = result }

    var startIndex: Int { 0 }
    var endIndex: Int { Int(PQntuples(result.raw)) }
    subscript(index: Int) -> Row { Row(result: result, index: Int32(index)) }
}

struct Row {
    fileprivate let result: QueryResult
    fileprivate let index: Int32

    /// - Throws: `internalFailure` when there is no such column, when it is null, or when its text is no `Value`.
    func value<Value: SQLValue>(_ column: String, as type: Value.Type = Value.self) throws -> Value {
        guard let value: Value = try optional(column) else { throw Self.error(column, "is null") }
        return value
    }

    func optional<Value: SQLValue>(_ column: String, as type: Value.Type = Value.self) throws -> Value? {
        guard let text = try text(column) else { return nil }
        guard let value = Value(sqlText: text) else { throw Self.error(column, "holds no \(Value.self)") }
        return value
    }

    func json<Value: Decodable>(_ column: String, as type: Value.Type = Value.self) throws -> Value {
        guard let value: Value = try optionalJSON(column) else { throw Self.error(column, "is null") }
        return value
    }

    func optionalJSON<Value: Decodable>(_ column: String, as type: Value.Type = Value.self) throws -> Value? {
        guard let text = try text(column) else { return nil }
        do {
            return try JSONText.decode(text)
        } catch {
            throw Self.error(column, "holds no \(Value.self): \(error)")
        }
    }

    private func text(_ column: String) throws -> String? {
        let number = PQfnumber(result.raw, column)
        guard number >= 0 else { throw Self.error(column, "is not in the answer") }
        guard PQgetisnull(result.raw, index, number) == 0 else { return nil }
        let bytes = UnsafeRawBufferPointer(
            start: PQgetvalue(result.raw, index, number), count: Int(PQgetlength(result.raw, index, number)))
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func error(_ column: String, _ what: String) -> BedelError {
        .internalFailure("database column “\(column)” \(what)")
    }
}

/// One `PGresult` and its end.
final class QueryResult {
    let raw: OpaquePointer

    init(_ raw: OpaquePointer) { self.raw = raw }

    deinit { PQclear(raw) }

    /// How many rows an INSERT, UPDATE or DELETE touched.
    var affected: Int { Int(String(cString: PQcmdTuples(raw))) ?? 0 }
    var command: String { String(cString: PQcmdStatus(raw)) }
}
