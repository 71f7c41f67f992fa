internal import BedelDomain

/// Requests that wait for a model to start, a bounded number of them. Belongs to one event loop.
struct Sleepers {
    private struct Sleeper {
        weak var client: ClientHandler?
        let turn: Int

        var isWaiting: Bool { client.map { $0.turn == turn && $0.waiting.reason == .wakeUp } ?? false }
    }

    private var waiting: [GatewaySnapshot.ModelName: [Sleeper]] = [:]
    private var count = 0
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    /// - Returns: false when too many wait already.
    mutating func add(_ client: ClientHandler, for model: GatewaySnapshot.ModelName) -> Bool {
        if count >= limit { removeGone() }
        guard count < limit else { return false }
        waiting[model, default: []].append(Sleeper(client: client, turn: client.turn))
        count += 1
        return true
    }

    /// - Returns: those whose model is not coming any more: it is there, or it never will be.
    mutating func wake(by snapshot: GatewaySnapshot) -> [ClientHandler] {
        var awake: [ClientHandler] = []
        for (name, sleepers) in waiting where !(snapshot.endpoint(of: name.model, in: name.profile)?.isComing ?? false)
        {
            waiting[name] = nil
            count -= sleepers.count
            awake += sleepers.filter(\.isWaiting).compactMap(\.client)
        }
        return awake
    }

    private mutating func removeGone() {
        waiting = waiting.mapValues { $0.filter(\.isWaiting) }.filter { !$0.value.isEmpty }
        count = waiting.values.reduce(0) { $0 + $1.count }
    }
}
