internal import BedelDomain
internal import CPostgres

/// One libpq connection. Every call blocks, so it is only ever used on its own thread (see ``ConnectionThread``).
package final class PostgresConnection {
    let raw: OpaquePointer
    /// Of the lease that has it now; nil while nothing may be stopped.
    var cancellation: StatementCancellation?

    /// - Throws: ``ServerFailure``; with `connectionLost` when there is no server to talk to.
    init(_ settings: ConnectionSettings) throws {
        let keywords = settings.keywords
        let names = CStrings(keywords.map(\.name))
        let values = CStrings(keywords.map(\.value))
        let opened = names.withPointers { names in
            values.withPointers { PQconnectdbParams(names + [nil], $0 + [nil], 1) }
        }
        guard let opened else {
            throw ServerFailure(state: "", constraint: nil, message: "libpq is out of memory", connectionLost: true)
        }
        raw = opened
        guard PQstatus(raw) == CONNECTION_OK else { throw lost() }
        PQsetNoticeProcessor(raw, { _, _ in }, nil)
        _ = try run(settings.preamble)
    }

    deinit { PQfinish(raw) }

    /// Whether it was left as it was found: alive, and with nothing open.
    var isIdle: Bool { PQstatus(raw) == CONNECTION_OK && PQtransactionStatus(raw) == PQTRANS_IDLE }

    /// Whether the server has not hung up meanwhile. Two reads, because its last words come before the end of the stream;
    /// neither waits.
    var isAlive: Bool { PQconsumeInput(raw) == 1 && PQconsumeInput(raw) == 1 && PQstatus(raw) == CONNECTION_OK }

    func query(_ sql: SQL) throws -> Rows { Rows(try stoppable(sql)) }

    /// The first row; nil when there is none.
    func first(_ sql: SQL) throws -> Row? { try query(sql).first }

    /// - Returns: how many rows were touched.
    @discardableResult
    package func execute(_ sql: SQL) throws -> Int { try stoppable(sql).affected }

    /// Puts rows into a table, the cheapest way there is for many: nothing of them is parsed as SQL or planned.
    ///
    /// - Parameters:
    ///   - rows: fields in the order of `columns`, in PostgreSQL's text form; nil is NULL.
    ///   - columns: of a table of ours: `audit (sequence, at)`.
    func copy(_ rows: [[String?]], into columns: StaticString) throws {
        try stoppable {
            guard let ready = PQexec(raw, "COPY \(columns) FROM STDIN") else { throw lost() }
            _ = try checked(QueryResult(ready))
            for row in rows {
                let isTaken = CopyText.bytes(of: row).withUnsafeBytes { bytes in
                    PQputCopyData(raw, bytes.assumingMemoryBound(to: CChar.self).baseAddress, Int32(bytes.count)) == 1
                }
                guard isTaken else { throw lost() }
            }
            guard PQputCopyEnd(raw, nil) == 1, let end = PQgetResult(raw) else { throw lost() }
            let result = QueryResult(end)
            // The connection takes no other statement before the nil that follows the last result was seen.
            while let more = PQgetResult(raw) { PQclear(more) }
            return try checked(result)
        }
    }

    /// Several statements in one text, as they stand in a file of ours.
    func script(unsafe text: String) throws {
        guard let result = PQexec(raw, text) else { throw lost() }
        _ = try checked(QueryResult(result))
    }

    /// `body` between BEGIN and COMMIT; rolled back when it throws.
    func transaction<Value>(_ body: () throws -> Value) throws -> Value {
        _ = try run("BEGIN")
        do {
            let value = try body()
            guard try run("COMMIT").command == "COMMIT" else {
                throw BedelError.internalFailure("a statement failed, and its transaction was to be committed")
            }
            return value
        } catch {
            if PQtransactionStatus(raw) != PQTRANS_IDLE { _ = try? run("ROLLBACK") }
            throw error
        }
    }

    private func stoppable(_ sql: SQL) throws -> QueryResult { try stoppable { try run(sql) } }

    @discardableResult
    private func stoppable(_ statement: () throws -> QueryResult) throws -> QueryResult {
        guard let cancellation else { return try statement() }
        do {
            return try cancellation.covering(raw, statement)
        } catch let failure as ServerFailure where failure.isCancelled && cancellation.isRequested {
            throw CancellationError()
        }
    }

    private func run(_ sql: SQL) throws -> QueryResult {
        let (text, values) = sql.rendered()
        guard !values.contains(where: { $0?.utf8.contains(0) == true }) else {
            throw BedelError(
                .invalidRequest, "A text has a NUL character in it, which cannot be kept.",
                next: "Remove it and try again.")
        }
        let result = CStrings(values).withPointers {
            PQexecParams(raw, text, Int32($0.count), nil, $0, nil, nil, 0)
        }
        guard let result else { throw lost() }
        return try checked(QueryResult(result))
    }

    private func checked(_ result: QueryResult) throws -> QueryResult {
        let status = PQresultStatus(result.raw)
        if [PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_COPY_IN].contains(status) { return result }
        func field(_ code: Character) -> String? {
            PQresultErrorField(result.raw, Int32(code.asciiValue ?? 0)).map { String(cString: $0) }
        }
        throw ServerFailure(
            state: field("C") ?? "", constraint: field("n"), message: String(cString: PQresultErrorMessage(result.raw)),
            connectionLost: PQstatus(raw) != CONNECTION_OK)
    }

    private func lost() -> ServerFailure {
        ServerFailure(
            state: "", constraint: nil, message: String(cString: PQerrorMessage(raw)),
            connectionLost: PQstatus(raw) != CONNECTION_OK)
    }
}
