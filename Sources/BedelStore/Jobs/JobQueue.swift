package import BedelDomain

/// The queue of jobs in PostgreSQL: whoever claims a row has it until the lease runs out, and nobody waits for a locked one.
package struct PostgresJobQueue: JobQueue {
    /// How often a piece of work is begun before it is given up.
    package static let maximumAttempts = 3

    private let database: PostgresDatabase

    package init(_ database: PostgresDatabase) { self.database = database }

    package func claim(worker: String, lease: Duration, at time: Timestamp) async throws -> Job? {
        try await database.withTransaction { transaction in
            try Self.giveUp(at: time, in: transaction)
            return try transaction.first(
                """
                UPDATE jobs SET state = 'running', attempt = attempt + 1, worker = \(worker), lease_until = \(time + lease)
                WHERE id = (
                    SELECT id FROM jobs
                    WHERE (state = 'waiting' AND not_before <= \(time))
                        OR (state = 'running' AND lease_until <= \(time) AND attempt < maximum_attempts)
                    ORDER BY created_at, id
                    LIMIT 1 FOR UPDATE SKIP LOCKED)
                RETURNING *
                """
            )?.job()
        }
    }

    package func renew(_ job: Job.ID, worker: String, lease: Duration, at time: Timestamp) async throws -> Bool {
        try await database.execute(
            """
            UPDATE jobs SET lease_until = greatest(lease_until, \(time + lease))
            WHERE id = \(job) AND state = 'running' AND worker = \(worker)
            """) == 1
    }

    package func finish(_ job: Job.ID, worker: String, _ outcome: Job.Outcome, at time: Timestamp) async throws {
        let (change, isOver) = try Self.change(outcome, at: time)
        try await database.withTransaction { transaction in
            let touched = try transaction.execute(
                """
                UPDATE jobs SET worker = NULL, lease_until = NULL, \(change)
                WHERE id = \(job) AND state = 'running' AND worker = \(worker)
                """)
            if touched == 1, !isOver { transaction.signal(.jobs) }
        }
    }

    package func pending() async throws -> [Job] {
        try await database.withConnection { connection in
            try connection.query("SELECT * FROM jobs WHERE state IN ('waiting', 'running') ORDER BY created_at, id")
                .map { try $0.job() }
        }
    }

    package func exhausted() async throws -> [Job] {
        try await database.withConnection { connection in
            try connection.query(
                """
                SELECT j.* FROM jobs j
                LEFT JOIN versions v ON v.id = j.version_id
                LEFT JOIN rounds r ON r.id = j.round_id
                WHERE j.state = 'failed' AND (v.state IN ('received', 'building') OR r.state IN ('queued', 'running'))
                    AND NOT EXISTS (
                        SELECT FROM jobs o WHERE o.state IN ('waiting', 'running')
                            AND (o.version_id = j.version_id OR o.round_id = j.round_id))
                ORDER BY j.created_at, j.id
                """
            ).map { try $0.job() }
        }
    }

    /// Adds a job for this work; part of the transaction that makes the work necessary.
    /// - Throws: `conflict` when there is one already that is not over.
    static func add(_ work: Job.Work, at time: Timestamp, in transaction: Transaction) throws {
        do {
            try transaction.execute(
                """
                INSERT INTO jobs (id, version_id, round_id, state, maximum_attempts, not_before, created_at)
                VALUES (\(Job.ID.random(at: time)), \(work.version), \(work.round), 'waiting', \(maximumAttempts), \(time),
                    \(time))
                """)
        } catch let failure as ServerFailure where failure.isDuplicate() {
            throw BedelError(.conflict, "This is being worked on already.", next: "Wait until it has ended.")
        }
        transaction.signal(.jobs)
    }

    /// Whoever had the last attempt has been silent for too long.
    private static func giveUp(at time: Timestamp, in transaction: Transaction) throws {
        let fault = Fault(
            BedelError(.unavailable, "Whoever worked on this stopped answering, every time.", next: "Try again later."))
        try transaction.execute(
            """
            UPDATE jobs SET state = 'failed', worker = NULL, lease_until = NULL, finished_at = \(time),
                fault = \(JSONText.encode(fault))
            WHERE id IN (
                SELECT id FROM jobs
                WHERE state = 'running' AND lease_until <= \(time) AND attempt >= maximum_attempts
                FOR UPDATE SKIP LOCKED)
            """)
    }

    private static func change(_ outcome: Job.Outcome, at time: Timestamp) throws -> (SQL, isOver: Bool) {
        switch outcome {
        case .done:
            return ("state = 'done', finished_at = \(time)", true)
        case .failed(let error):
            let fault = try JSONText.encode(Fault(error))
            return ("state = 'failed', finished_at = \(time), fault = \(fault)", true)
        case .again(let delay, let error):
            let fault = try JSONText.encode(Fault(error))
            let sql: SQL = """
                state = CASE WHEN attempt < maximum_attempts THEN 'waiting' ELSE 'failed' END,
                finished_at = CASE WHEN attempt < maximum_attempts THEN NULL ELSE \(time)::timestamptz END,
                not_before = \(time + delay), fault = \(fault)
                """
            return (sql, false)
        }
    }
}

extension Job.Work {
    fileprivate var version: Version.ID? {
        if case .build(let version) = self { version } else { nil }
    }

    fileprivate var round: Round.ID? {
        if case .evaluate(let round) = self { round } else { nil }
    }
}

extension Row {
    func job() throws -> Job {
        let work: Job.Work
        if let version: Version.ID = try optional("version_id") {
            work = .build(version)
        } else {
            work = .evaluate(try value("round_id"))
        }
        return Job(
            id: try value("id"), work: work, state: try value("state"), attempt: try value("attempt"),
            maximumAttempts: try value("maximum_attempts"), createdAt: try value("created_at"))
    }
}
