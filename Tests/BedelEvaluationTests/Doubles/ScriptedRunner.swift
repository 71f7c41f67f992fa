import BedelDomain
import Synchronization
import Testing

@testable import BedelEvaluation

/// A runner whose models do as they are told, and which notes every breach of the port's rules: an identifier used twice,
/// two instances at once, a call to what does not run.
final class ScriptedRunner: Runner {
    /// What one start of a model leads to.
    enum Life: Sendable {
        case failsToStart(any Error)
        /// Gets the rows of the request and the number of the call from 0.
        case answers(@Sendable (_ rows: [[JSONValue]], _ call: Int) async throws -> ModelAnswer)
    }

    struct Call: Sendable {
        let directory: String
        let request: ModelRequest
        var body: String { String(decoding: request.body, as: UTF8.self) }
    }

    private struct State {
        var lives: [String: [Life]]
        var running: [Instance.ID: (directory: String, life: Life, calls: Int)] = [:]
        var starts: [InstanceOrder] = []
        var stops: [Instance.ID] = []
        var calls: [Call] = []
        var breaches: [String] = []
    }

    private let state: Mutex<State>

    /// - Parameter lives: by bundle directory; the last one is repeated when a model is started more often.
    init(_ lives: [String: [Life]]) { state = Mutex(State(lives: lives)) }

    var starts: [InstanceOrder] { state.withLock { $0.starts } }
    var calls: [Call] { state.withLock { $0.calls } }
    var running: Int { state.withLock { $0.running.count } }
    var breaches: [String] { state.withLock { $0.breaches } }
    func calls(to directory: String) -> [Call] { calls.filter { $0.directory == directory } }

    var capabilities: RunnerCapabilities { RunnerCapabilities(description: "scripted", enforced: [], missing: [:]) }
    var exits: AsyncStream<InstanceExit> { AsyncStream { $0.finish() } }
    func output(of id: Instance.ID) async -> [String] { [] }

    func prepareEnvironment(for layout: BundleLayout, log: @escaping @Sendable (String) -> Void) async throws -> Digest
    {
        throw BedelError.internalFailure("the harness builds nothing")
    }

    func start(_ order: InstanceOrder) async throws -> Instance.Address {
        try state.withLock { state in
            if state.starts.contains(where: { $0.id == order.id }) { state.breaches.append("identifier used twice") }
            if !state.running.isEmpty { state.breaches.append("two instances at once") }
            let lives = state.lives[order.bundleDirectory] ?? []
            let number = state.starts.count { $0.bundleDirectory == order.bundleDirectory }
            state.starts.append(order)
            guard let life = number < lives.count ? lives[number] : lives.last else {
                throw BedelError.internalFailure("nothing is scripted for \(order.bundleDirectory)")
            }
            if case .failsToStart(let error) = life { throw error }
            state.running[order.id] = (order.bundleDirectory, life, 0)
        }
        return .unixSocket(path: order.bundleDirectory + "/socket")
    }

    func stop(_ id: Instance.ID) async {
        state.withLock { state in
            state.running[id] = nil
            state.stops.append(id)
        }
    }

    func call(_ id: Instance.ID, _ request: ModelRequest) async throws -> ModelAnswer {
        let (life, number) = try state.withLock { state in
            guard let instance = state.running[id] else {
                state.breaches.append("a call to what does not run")
                throw BedelError.internalFailure("not running")
            }
            state.calls.append(Call(directory: instance.directory, request: request))
            state.running[id]?.calls += 1
            return (instance.life, instance.calls)
        }
        guard case .answers(let answer) = life else { throw BedelError.internalFailure("never started") }
        return try await answer(try Self.rows(of: request.body), number)
    }

    private static func rows(of body: [UInt8]) throws -> [[JSONValue]] {
        guard case .object(let members) = try JSONReader.value(of: body), case .object(let data)? = members["data"],
            case .array(let rows)? = data["ndarray"]
        else { throw BedelError.internalFailure("the request is not in Seldon's protocol") }
        return rows.map { if case .array(let cells) = $0 { cells } else { [] } }
    }
}

extension ScriptedRunner.Life {
    /// A model that gives each row the label this makes of its first cell.
    static func labels(_ label: @escaping @Sendable (Int) -> String) -> Self {
        .answers { rows, _ in .labels(rows.map { label(firstNumber($0)) }) }
    }

    /// Right about every row of ``Course/dataset``.
    static let perfect = labels { "\($0 % 3)" }
    /// Says 0 to everything.
    static let constant = labels { _ in "0" }

    static func firstNumber(_ row: [JSONValue]) -> Int {
        if case .number(let text)? = row.first { Int(text) ?? -1 } else { -1 }
    }

    static func fails(_ error: BedelError) -> Self { .answers { _, _ in throw error } }
    static func says(_ body: String) -> Self { .answers { _, _ in ModelAnswer(status: 200, body: Array(body.utf8)) } }
}

extension ModelAnswer {
    static func labels(_ labels: [String]) -> ModelAnswer {
        ModelAnswer(
            status: 200,
            body: Array(#"{"data":{"ndarray":"#.utf8) + JSONText.array(labels.map(JSONText.string)) + Array("}}".utf8))
    }
}
