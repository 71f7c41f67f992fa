import BedelDomain
import Synchronization

/// A runner without processes: it does what a test has told it, and remembers what it was asked.
final class FakeRunner: Runner {
    struct Behaviour: Sendable {
        var environment: Result<Digest, BedelError> = .success(AuditRecord.genesis)
        var start: @Sendable (InstanceOrder) async throws -> Void = { _ in }
        var output: [String] = []
        var buildLines: [String] = []
    }

    private struct State {
        var behaviour: Behaviour
        var started: [InstanceOrder] = []
        var alive: Set<Instance.ID> = []
        var prepared = 0
    }

    private let state: Mutex<State>
    let exits: AsyncStream<InstanceExit>
    private let post: AsyncStream<InstanceExit>.Continuation
    let capabilities = RunnerCapabilities(description: "none", enforced: [], missing: [:])

    init(_ behaviour: Behaviour = Behaviour()) {
        state = Mutex(State(behaviour: behaviour))
        (exits, post) = AsyncStream.makeStream()
    }

    var started: [InstanceOrder] { state.withLock { $0.started } }
    var alive: Set<Instance.ID> { state.withLock { $0.alive } }
    var prepared: Int { state.withLock { $0.prepared } }
    func change(_ body: (inout Behaviour) -> Void) { state.withLock { body(&$0.behaviour) } }

    func crash(_ id: Instance.ID, _ error: BedelError) {
        _ = state.withLock { $0.alive.remove(id) }
        post.yield(InstanceExit(id: id, error: error))
    }

    func prepareEnvironment(for layout: BundleLayout, log: @escaping @Sendable (String) -> Void) async throws -> Digest
    {
        let behaviour = state.withLock { state in
            state.prepared += 1
            return state.behaviour
        }
        behaviour.buildLines.forEach(log)
        return try behaviour.environment.get()
    }

    func start(_ order: InstanceOrder) async throws -> Instance.Address {
        let behaviour = state.withLock { state in
            state.started.append(order)
            state.alive.insert(order.id)
            return state.behaviour
        }
        try await behaviour.start(order)
        return .unixSocket(path: "/run/\(order.id)")
    }

    func stop(_ id: Instance.ID) async { _ = state.withLock { $0.alive.remove(id) } }

    func call(_ id: Instance.ID, _ request: ModelRequest) async throws -> ModelAnswer {
        ModelAnswer(status: 200, body: Array(id.rawValue.utf8))
    }

    func output(of id: Instance.ID) async -> [String] { state.withLock { $0.behaviour.output } }
}

let crashed = BedelError(.modelCrashed, "The model crashed.", next: "Look at its log.")
let away = BedelError(.unavailable, "The machine is full.", next: "Wait.")
