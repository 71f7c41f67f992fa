package import BedelDomain

extension PostgresEvaluationStore {
    /// A round that runs already is left as it is: its worker died, and another goes on.
    /// - Throws: `notFound`; `conflict` when it has ended.
    package func begin(_ round: Round.ID, at time: Timestamp) async throws {
        try await database.withTransaction { transaction in
            let touched = try transaction.execute(
                """
                UPDATE rounds SET state = 'running', started_at = coalesce(started_at, \(time)::timestamptz)
                WHERE id = \(round) AND state IN ('queued', 'running')
                """)
            guard touched == 1 else { throw try Self.refusal(of: round, in: transaction) }
            transaction.signal(.round(round))
        }
    }

    /// - Throws: `notFound`; `conflict` when the round has ended or the entry has its verdict.
    package func begin(_ version: Version.ID, in round: Round.ID) async throws {
        try await change("state = 'running', tries = tries + 1", of: version, in: round)
    }

    /// A verdict is given once.
    /// - Throws: `notFound`; `conflict` when the round has ended or the entry has its verdict.
    package func record(
        _ verdict: Verdict, of version: Version.ID, in round: Round.ID, at time: Timestamp
    ) async throws {
        let result: SQL
        switch verdict {
        case .scored(let scores):
            result = """
                accuracy = \(scores.accuracy), macro_f1 = \(scores.macroF1), correct = \(scores.correct),
                total = \(scores.total), median_milliseconds = \(scores.medianMilliseconds)
                """
        case .fault(let fault):
            result = "fault = \(try JSONText.encode(fault))"
        }
        try await change("state = 'done', recorded_at = \(time), \(result)", of: version, in: round)
    }

    /// A round ends once; ending it again changes nothing, so that a worker may repeat its last step.
    /// - Throws: `notFound`; `internalFailure` when `state` is not an end, or a rank is for an entry without scores.
    package func finish(
        _ round: Round.ID, as state: Round.State, ranks: [Version.ID: Int], at time: Timestamp, audit: AuditEvent
    ) async throws {
        guard state != .queued, state != .running else {
            throw BedelError.internalFailure("“\(state)” is not the end of a round")
        }
        try await database.withTransaction { transaction in
            let touched = try transaction.execute(
                """
                UPDATE rounds SET state = \(state), finished_at = \(time)
                WHERE id = \(round) AND state IN ('queued', 'running')
                """)
            guard touched == 1 else {
                if try transaction.first("SELECT id FROM rounds WHERE id = \(round)") == nil { throw Self.noSuchRound }
                return
            }
            try Self.write(ranks, in: round, transaction)
            transaction.signal(.round(round))
            transaction.audit(audit)
        }
    }

    private static func write(_ ranks: [Version.ID: Int], in round: Round.ID, _ transaction: Transaction) throws {
        let ordered = ranks.sorted { $0.key < $1.key }
        let touched = try transaction.execute(
            """
            UPDATE round_entries e SET rank = r.rank
            FROM unnest(\(ordered.map(\.key))::text[], \(ordered.map(\.value))::int[]) AS r (version_id, rank)
            WHERE e.round_id = \(round) AND e.version_id = r.version_id AND e.accuracy IS NOT NULL
            """)
        guard touched == ranks.count else {
            throw BedelError.internalFailure("\(ranks.count) ranks for \(touched) scored entries of round \(round)")
        }
    }

    private func change(_ change: SQL, of version: Version.ID, in round: Round.ID) async throws {
        try await database.withTransaction { transaction in
            // The round's row is held, so that it cannot end between this look and the commit.
            let underWay = try transaction.first(
                "SELECT id FROM rounds WHERE id = \(round) AND state IN ('queued', 'running') FOR SHARE")
            guard underWay != nil else { throw try Self.refusal(of: round, in: transaction) }
            let touched = try transaction.execute(
                """
                UPDATE round_entries SET \(change)
                WHERE round_id = \(round) AND version_id = \(version) AND state <> 'done'
                """)
            guard touched == 1 else { throw try Self.refusal(of: version, in: round, transaction) }
            transaction.signal(.round(round))
        }
    }

    private static func refusal(of round: Round.ID, in transaction: Transaction) throws -> BedelError {
        let known = try transaction.first("SELECT id FROM rounds WHERE id = \(round)") != nil
        return known ? BedelError(.conflict, "This round has ended.", next: "Start a new one.") : noSuchRound
    }

    private static func refusal(
        of version: Version.ID, in round: Round.ID, _ transaction: Transaction
    ) throws -> BedelError {
        let entry = try transaction.first(
            "SELECT position FROM round_entries WHERE round_id = \(round) AND version_id = \(version)")
        if entry == nil {
            return BedelError(.notFound, "This version is not in the round.", next: "Load the page again.")
        }
        return BedelError(.conflict, "This version has its verdict in the round already.", next: "Start a new round.")
    }

    private static let noSuchRound = BedelError(.notFound, "There is no such round.", next: "Check the address.")
}
