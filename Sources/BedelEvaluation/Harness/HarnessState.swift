import BedelDomain

/// What to do next with one model of a round. A value that decides and does nothing: it is told what happened, and
/// answers with the one action that follows.
///
///     start -> call (warm-up, then every batch once) -> stop -> record
///       ^                                                |
///       +------ platform fault, and tries are left ------+
///
/// A fault of the model's ends it at once; one of the platform's starts everything anew with a fresh instance, as often
/// as the manifest allows, and never becomes a score.
struct HarnessState: Sendable {
    enum Action: Hashable, Sendable {
        /// A fresh instance, which counts as a try.
        case start
        /// Ask this batch of the ``CallPlan``.
        case call(batch: Int)
        case stop
        case record(Verdict)
    }

    enum Event: Sendable {
        case started
        case answered([ClassLabel], took: Duration)
        case failed(BedelError)
        case stopped
    }

    private enum Phase { case warmUp(Int), measured(Int) }

    private let truth: [[ClassLabel]]
    private let warmUpCalls: Int
    private let maximumTries: Int
    private var tries: Int
    private var phase = Phase.warmUp(0)
    private var predicted: [ClassLabel] = []
    private var times: [Duration] = []
    /// Known before the instance is stopped, recorded afterwards; nil while another try follows.
    private var verdict: Verdict?

    /// - Parameter triesBefore: starts of this entry that a worker began and did not finish.
    init(_ plan: CallPlan, platformRetries: Int, triesBefore: Int) {
        truth = plan.batches.map(\.truth)
        warmUpCalls = plan.warmUpCalls
        maximumTries = 1 + max(0, platformRetries)
        tries = triesBefore
    }

    /// The first action.
    mutating func begin() -> Action {
        guard tries < maximumTries else { return .record(.fault(Fault(interrupted))) }
        return start()
    }

    mutating func handle(_ event: Event) -> Action {
        switch event {
        case .started: return nextCall
        case .answered(let labels, let time): return answered(labels, time)
        case .failed(let error): return failed(error)
        case .stopped:
            guard let verdict else { return start() }
            return .record(verdict)
        }
    }

    private mutating func start() -> Action {
        tries += 1
        phase = warmUpCalls > 0 ? .warmUp(0) : .measured(0)
        predicted = []
        times = []
        verdict = nil
        return .start
    }

    /// Every warm-up call is the first batch, so that all models warm up alike.
    private var nextCall: Action {
        switch phase {
        case .warmUp: .call(batch: 0)
        case .measured(let batch): .call(batch: batch)
        }
    }

    private mutating func answered(_ labels: [ClassLabel], _ time: Duration) -> Action {
        switch phase {
        case .warmUp(let done):
            phase = done + 1 < warmUpCalls ? .warmUp(done + 1) : .measured(0)
        case .measured(let batch):
            predicted += labels
            times.append(time)
            guard batch + 1 < truth.count else {
                verdict = .scored(scores)
                return .stop
            }
            phase = .measured(batch + 1)
        }
        return nextCall
    }

    private mutating func failed(_ error: BedelError) -> Action {
        let fault = Fault(error)
        if fault.blame == .model || tries >= maximumTries { verdict = .fault(fault) }
        return .stop
    }

    private var scores: Scores {
        Classification.scores(
            truth: Array(truth.joined()), predicted: predicted, medianMilliseconds: Self.medianMilliseconds(of: times))
    }

    /// Of an even number, the mean of the two in the middle.
    static func medianMilliseconds(of times: [Duration]) -> Double? {
        guard !times.isEmpty else { return nil }
        let sorted = times.map { Double($0.microseconds) / 1000 }.sorted()
        let middle = sorted.count / 2
        return sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
    }

    private var interrupted: BedelError {
        BedelError(
            .unavailable, "The evaluation of this model was interrupted \(tries) times by our side.",
            next: "Ask your teacher to run another round.")
    }
}
