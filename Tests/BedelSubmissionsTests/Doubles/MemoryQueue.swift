import BedelDomain
import Synchronization

/// A queue in memory, with leases.
final class MemoryQueue: JobQueue {
    private struct Row {
        var job: Job
        var notBefore: Timestamp
        var worker: String?
        var leaseUntil: Timestamp?
        var ending: Job.Outcome?
    }

    private let rows = Mutex<[Row]>([])
    private let silent = Mutex<[Job]>([])

    func add(_ work: Job.Work, at time: Timestamp) -> Job.ID {
        let job = Job(
            id: .random(at: time), work: work, state: .waiting, attempt: 0, maximumAttempts: 3, createdAt: time)
        rows.withLock { $0.append(Row(job: job, notBefore: time)) }
        return job.id
    }

    func claim(worker: String, lease: Duration, at time: Timestamp) async throws -> Job? {
        rows.withLock { rows in
            guard
                let index = rows.firstIndex(where: { row in
                    (row.job.state == .waiting && row.notBefore <= time)
                        || (row.job.state == .running && row.leaseUntil.map { $0 <= time } == true)
                })
            else { return nil }
            let old = rows[index].job
            rows[index].job = Job(
                id: old.id, work: old.work, state: .running, attempt: old.attempt + 1,
                maximumAttempts: old.maximumAttempts, createdAt: old.createdAt)
            rows[index].worker = worker
            rows[index].leaseUntil = time + lease
            return rows[index].job
        }
    }

    func renew(_ job: Job.ID, worker: String, lease: Duration, at time: Timestamp) async throws -> Bool {
        rows.withLock { rows in
            guard let index = rows.firstIndex(where: { $0.job.id == job && $0.worker == worker }) else { return false }
            rows[index].leaseUntil = time + lease
            return true
        }
    }

    func finish(_ job: Job.ID, worker: String, _ outcome: Job.Outcome, at time: Timestamp) async throws {
        rows.withLock { rows in
            guard let index = rows.firstIndex(where: { $0.job.id == job && $0.worker == worker }) else { return }
            let old = rows[index].job
            var state = Job.State.failed
            if case .done = outcome { state = .done }
            if case .again(let delay, _) = outcome {
                state = .waiting
                rows[index].notBefore = time + delay
            }
            rows[index].job = Job(
                id: old.id, work: old.work, state: state, attempt: old.attempt, maximumAttempts: old.maximumAttempts,
                createdAt: old.createdAt)
            rows[index].worker = nil
            rows[index].ending = outcome
        }
    }

    func pending() async throws -> [Job] {
        rows.withLock { $0.map(\.job).filter { $0.state == .waiting || $0.state == .running } }
    }

    func exhausted() async throws -> [Job] { silent.withLock { $0 } }

    func fall(silent job: Job?) { silent.withLock { $0 = job.map { [$0] } ?? [] } }
    func job(_ id: Job.ID) -> Job? { rows.withLock { rows in rows.first { $0.job.id == id }?.job } }
    func leaseEnd(of id: Job.ID) -> Timestamp? { rows.withLock { rows in rows.first { $0.job.id == id }?.leaseUntil } }
    func steal(_ id: Job.ID) {
        rows.withLock { rows in
            guard let index = rows.firstIndex(where: { $0.job.id == id }) else { return }
            rows[index].worker = "thief"
        }
    }
}
