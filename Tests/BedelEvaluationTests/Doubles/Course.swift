import BedelDomain
import Logging

@testable import BedelEvaluation

/// A course with a round that waits to be run: one model for each of the given lives, handed in by `student-0`, `-1`, ….
struct Course {
    let clock = ManualClock()
    let evaluations = MemoryEvaluations()
    let blobs = MemoryBlobs()
    let signals = LocalSignals()
    let runner: ScriptedRunner
    let round: Round
    let versions: [Version]
    let job: RoundJob

    /// Nine rows; the label of a row is its `x` modulo 3, so 0, 1 and 2 come three times each.
    static let dataset = "x,colour,kind\r\n" + (0..<9).map { "\($0),blue,\($0 % 3)\r\n" }.joined()
    static let envelope = Envelope(
        cpuMillicores: 500, memory: 256 << 20, processes: 32, scratch: 1 << 20, startSeconds: 30, callSeconds: 7)

    init(
        _ lives: [ScriptedRunner.Life]..., dataset: String = Course.dataset, tries: Int = 0, rowsPerCall: Int = 4,
        harness: String = HarnessVersion.current
    ) {
        let now = clock.now()
        let bytes = Array(dataset.utf8)
        blobs.set(bytes, as: fingerprint(bytes))
        let manifest = RoundManifest(
            harness: harness, dataset: fingerprint(bytes), metric: .accuracy, envelope: Self.envelope, seed: 2026,
            rowsPerCall: rowsPerCall, warmUpCalls: 2, platformRetries: 2)
        let round = Round(
            id: .random(at: now), profile: Label("ml-2026")!, assignment: Label("digits")!, number: 1, state: .queued,
            manifest: manifest, manifestDigest: fingerprint(Array(manifest.text.utf8)), startedBy: .random(at: now),
            createdAt: now, startedAt: nil, finishedAt: nil)
        let versions = lives.indices.map { Self.version($0, at: now) }
        evaluations.add(round, versions.enumerated().map { Self.entry($1, $0, in: round, tries: tries) })
        runner = ScriptedRunner(
            Dictionary(uniqueKeysWithValues: zip(versions, lives).map { (Self.directory($0.bundle), $1) }))
        self.round = round
        self.versions = versions
        job = RoundJob(
            evaluations: evaluations,
            models: FixedModels(versions: Dictionary(uniqueKeysWithValues: versions.map { ($0.id, $0) })), blobs: blobs,
            runner: runner, signals: signals, clock: clock, hash: fingerprint, bundleDirectory: { Self.directory($0) },
            retryPause: .zero,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
    }

    func run(attempt: Int = 1, of maximum: Int = 3) async throws -> Job.Outcome {
        try await job.run(
            Job(
                id: .random(at: clock.now()), work: .evaluate(round.id), state: .running, attempt: attempt,
                maximumAttempts: maximum, createdAt: clock.now()))
    }

    func entries() async throws -> [RoundEntry] { try await evaluations.entries(of: round.id) }
    func state() async throws -> Round.State? { try await evaluations.round(round.id)?.state }
    func calls(to model: Int) -> [ScriptedRunner.Call] { runner.calls(to: Self.directory(versions[model].bundle)) }
    func starts(of model: Int) -> [InstanceOrder] {
        runner.starts.filter { $0.bundleDirectory == Self.directory(versions[model].bundle) }
    }

    private static func directory(_ bundle: Digest) -> String { "/bundles/\(bundle.short)" }

    private static func version(_ index: Int, at now: Timestamp) -> Version {
        Version(
            id: .random(at: now), model: .random(at: now), profile: Label("ml-2026")!,
            modelName: Label("digits-\(index)")!, owner: .random(at: now), ownerLogin: "student-\(index)", number: 1,
            bundle: fingerprint([UInt8(index)]), size: 10,
            layout: BundleLayout(runtime: index.isMultiple(of: 2) ? .python : .r, entry: "MyModel", requirements: ""),
            source: .web, commit: nil, receivedAt: now, sequence: Int64(index), state: .ready,
            environment: fingerprint([1, UInt8(index)]), fault: nil)
    }

    private static func entry(_ version: Version, _ position: Int, in round: Round, tries: Int) -> RoundEntry {
        RoundEntry(
            round: round.id, version: version.id, bundle: version.bundle, model: version.modelName, number: 1,
            owner: version.owner, ownerLogin: version.ownerLogin, ownerName: version.ownerLogin,
            ownerEmail: "\(version.ownerLogin)@uni.example", position: position, state: tries > 0 ? .running : .waiting,
            tries: tries, verdict: nil, rank: nil)
    }
}
