package import BedelDomain

extension PostgresModelStore {
    package func appendLog(
        _ lines: [String], source: LogLine.Source, to version: Version.ID, at time: Timestamp
    ) async throws {
        guard !lines.isEmpty else { return }
        let lines = lines.map(Self.keepable)
        try await database.withTransaction { transaction in
            // Numbers are given one writer at a time, so that a reader who has seen line 7 never misses a later line 6.
            let locked = try transaction.first("SELECT id FROM versions WHERE id = \(version) FOR NO KEY UPDATE")
            guard locked != nil else {
                throw BedelError(.notFound, "There is no such version.", next: "Check the address.")
            }
            try transaction.execute(
                """
                INSERT INTO version_log (version_id, sequence, at, source, line)
                SELECT \(version),
                    number + (SELECT coalesce(max(sequence), 0) FROM version_log WHERE version_id = \(version)),
                    \(time)::timestamptz, \(source)::text, line
                FROM unnest(\(lines)::text[]) WITH ORDINALITY AS lines (line, number)
                """)
            transaction.signal(.version(version))
        }
    }

    package func log(of version: Version.ID, after sequence: Int64) async throws -> [LogLine] {
        try await database.withConnection { connection in
            try connection.query(
                """
                SELECT sequence, at, source, line FROM version_log
                WHERE version_id = \(version) AND sequence > \(sequence) ORDER BY sequence LIMIT 1000
                """
            ).map {
                LogLine(
                    sequence: try $0.value("sequence"), at: try $0.value("at"), source: try $0.value("source"),
                    text: try $0.value("line"))
            }
        }
    }

    /// What a model prints may hold anything, but PostgreSQL keeps no NUL.
    private static func keepable(_ line: String) -> String {
        guard line.utf8.contains(0) else { return line }
        return String(String.UnicodeScalarView(line.unicodeScalars.map { $0 == "\0" ? "\u{FFFD}" : $0 }))
    }
}
