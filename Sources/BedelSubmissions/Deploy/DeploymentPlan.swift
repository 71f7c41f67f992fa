internal import BedelDomain

/// What should run, what runs, and what to do about the difference. Pure: events in, actions out; the ``Deployer`` does
/// them.
///
/// - At most ``Settings/parallelism`` instances start at once, oldest hand-in first.
/// - A model's old version goes only when its new one is ready; when the new one cannot run, the old one stays.
/// - A model nobody calls for ``Settings/sleepAfter`` sleeps until somebody does; one that somebody waits for starts before
///   the others.
/// - An instance that crashes starts again after a growing pause. After ``Settings/maximumQuickCrashes`` crashes in a
///   row, each within ``Settings/quick`` of its start, it is failed; but a platform fault is tried again for ever.
struct DeploymentPlan {
    struct Settings: Sendable {
        var parallelism = 2
        var maximumQuickCrashes = 5
        var quick = Duration.seconds(60)
        var firstPause = Duration.seconds(1)
        var longestPause = Duration.seconds(60)
        /// Nil: nothing sleeps.
        var sleepAfter: Duration?
    }

    enum Event: Sendable {
        /// The newest ready version of every model.
        case desired([Version])
        case started(Instance.ID, Instance.Address)
        case startFailed(Instance.ID, BedelError)
        case exited(Instance.ID, BedelError)
        case pauseEnded(Version.ID)
        /// Somebody calls this model.
        case asked(profile: Label, model: Label)
    }

    enum Action: Equatable, Sendable {
        case start(Version, Instance.ID)
        case stop(Instance.ID)
        /// Stop it once it has answered who is with it: nobody is led there any more.
        case leave(Instance.ID)
        /// It ended by itself: keep what it printed, then remove what it left.
        case bury(Instance.ID, Version.ID)
        /// Come back with ``Event/pauseEnded(_:)``.
        case pause(Version.ID, Duration)
        /// ``instances`` has changed.
        case announce
    }

    private enum Phase: Equatable {
        case waiting, starting, pausing, asleep, failed
        case ready(Instance.Address)
    }

    private struct Entry {
        let version: Version
        var phase = Phase.waiting
        var instance: Instance.ID
        var since: Timestamp
        var lastAsked: Timestamp?
        /// Somebody waits for it to start.
        var isAwaited = false
        var hasServed = false
        var quickCrashes = 0
        var restarts = 0
        var fault: Fault?
        /// Why it ended, when that was heard before that it had started.
        var endedEarly: BedelError?

        var asInstance: Instance {
            var address: Instance.Address?
            let state: Instance.State
            switch phase {
            case .waiting, .starting, .pausing: state = .starting
            case .asleep: state = .stopped
            case .failed: state = .failed
            case .ready(let place):
                state = .ready
                address = place
            }
            return Instance(
                id: instance, version: version.id, profile: version.profile, model: version.modelName,
                number: version.number,
                state: state, address: address, fault: fault, since: since, restarts: restarts)
        }
    }

    private let settings: Settings
    private var entries: [Version.ID: Entry] = [:]
    /// The version wanted of each model.
    private var wanted: [Model.ID: Version.ID] = [:]

    init(settings: Settings = Settings()) { self.settings = settings }

    mutating func apply(_ event: Event, at time: Timestamp) -> [Action] {
        let before = instances
        var actions: [Action] = []
        switch event {
        case .desired(let versions): actions += want(versions, at: time) + putToSleep(at: time)
        case .started(let id, let address): actions += started(id, address, at: time)
        case .startFailed(let id, let error): actions += ended(id, error, while: .starting, at: time)
        case .exited(let id, let error):
            actions += exited(id, error, at: time)
        case .pauseEnded(let version):
            if entries[version]?.phase == .pausing { entries[version]?.phase = .waiting }
        case .asked(let profile, let model): asked(profile, model, at: time)
        }
        actions += dropReplaced()
        actions += startWaiting(at: time)
        if instances != before { actions.append(.announce) }
        return actions
    }

    /// By profile, model and number.
    var instances: [Instance] {
        entries.values.map(\.asInstance).sorted {
            ($0.profile, $0.model, $0.number) < ($1.profile, $1.model, $1.number)
        }
    }

    func instance(of version: Version.ID) -> Instance? { entries[version]?.asInstance }

    /// Every instance that may be alive.
    var running: [Instance.ID] { entries.values.compactMap(running) }

    // MARK: - Steps

    private mutating func want(_ versions: [Version], at time: Timestamp) -> [Action] {
        wanted = Dictionary(versions.map { ($0.model, $0.id) }, uniquingKeysWith: { $1 })
        for version in versions where entries[version.id] == nil {
            entries[version.id] = Entry(version: version, instance: .random(at: time), since: time)
        }
        // An old version that serves, or did until it crashed, bridges the gap; one that never did has nothing to
        // bridge.
        let useless = entries.values.filter { entry in
            guard wanted[entry.version.model] != entry.version.id else { return false }
            return wanted[entry.version.model] == nil || !entry.hasServed || entry.phase == .failed
        }
        return useless.flatMap { drop($0.version.id) }
    }

    private mutating func putToSleep(at time: Timestamp) -> [Action] {
        guard let sleepAfter = settings.sleepAfter else { return [] }
        return entries.values.compactMap { entry in
            guard case .ready = entry.phase, wanted[entry.version.model] == entry.version.id,
                time - max(entry.since, entry.lastAsked ?? entry.since) >= sleepAfter
            else { return nil }
            entries[entry.version.id]?.phase = .asleep
            entries[entry.version.id]?.since = time
            return .leave(entry.instance)
        }
    }

    private mutating func asked(_ profile: Label, _ model: Label, at time: Timestamp) {
        for entry in entries.values where entry.version.profile == profile && entry.version.modelName == model {
            entries[entry.version.id]?.lastAsked = time
            guard entry.phase == .asleep || entry.phase == .waiting else { continue }
            entries[entry.version.id]?.phase = .waiting
            entries[entry.version.id]?.isAwaited = true
        }
    }

    private mutating func started(_ id: Instance.ID, _ address: Instance.Address, at time: Timestamp) -> [Action] {
        guard let entry = entry(of: id), entry.phase == .starting else {
            // It was dropped while it started.
            return [.stop(id)]
        }
        if let error = entry.endedEarly { return ended(id, error, while: .starting, at: time) }
        entries[entry.version.id]?.phase = .ready(address)
        entries[entry.version.id]?.since = time
        entries[entry.version.id]?.hasServed = true
        entries[entry.version.id]?.fault = nil
        return []
    }

    private mutating func exited(_ id: Instance.ID, _ error: BedelError, at time: Timestamp) -> [Action] {
        guard let entry = entry(of: id) else { return [] }
        guard entry.phase != .starting else {
            entries[entry.version.id]?.endedEarly = error
            return []
        }
        guard case .ready = entry.phase else { return [] }
        return ended(id, error, while: entry.phase, at: time)
    }

    private mutating func ended(_ id: Instance.ID, _ error: BedelError, while phase: Phase, at time: Timestamp)
        -> [Action]
    {
        guard var entry = entry(of: id), entry.phase == phase else { return [.stop(id)] }
        let wasQuick = phase == .starting || time - entry.since < settings.quick
        entry.quickCrashes = wasQuick ? entry.quickCrashes + 1 : 1
        entry.fault = Fault(error)
        entry.since = time
        var actions = [Action.bury(id, entry.version.id)]
        if error.code.blame == .model, entry.quickCrashes >= settings.maximumQuickCrashes {
            entry.phase = .failed
        } else {
            entry.phase = .pausing
            entry.restarts += 1
            actions.append(.pause(entry.version.id, pause(after: entry.quickCrashes)))
        }
        entries[entry.version.id] = entry
        return actions
    }

    private mutating func dropReplaced() -> [Action] {
        let replaced = entries.values.filter { entry in
            guard let current = wanted[entry.version.model], current != entry.version.id else { return false }
            if case .ready = entries[current]?.phase { return true } else { return false }
        }
        return replaced.compactMap { entry in
            entries[entry.version.id] = nil
            return running(entry).map(Action.leave)
        }
    }

    private mutating func startWaiting(at time: Timestamp) -> [Action] {
        let starting = entries.values.filter { $0.phase == .starting }.count
        let waiting = entries.values.filter { $0.phase == .waiting }.sorted {
            ($0.isAwaited ? 0 : 1, $0.version.sequence) < ($1.isAwaited ? 0 : 1, $1.version.sequence)
        }
        return waiting.prefix(max(0, settings.parallelism - starting)).map { entry in
            // A new name for every start, so that late news of an earlier one is recognised as such.
            let id = Instance.ID.random(at: time)
            entries[entry.version.id]?.phase = .starting
            entries[entry.version.id]?.isAwaited = false
            entries[entry.version.id]?.instance = id
            entries[entry.version.id]?.since = time
            entries[entry.version.id]?.endedEarly = nil
            return .start(entry.version, id)
        }
    }

    private mutating func drop(_ version: Version.ID) -> [Action] {
        guard let entry = entries.removeValue(forKey: version), let id = running(entry) else { return [] }
        return [.stop(id)]
    }

    /// Its instance, if that may be alive.
    private func running(_ entry: Entry) -> Instance.ID? {
        switch entry.phase {
        case .starting, .ready: entry.instance
        case .waiting, .pausing, .asleep, .failed: nil
        }
    }

    private func pause(after crashes: Int) -> Duration {
        min(settings.firstPause * (1 << min(max(crashes - 1, 0), 16)), settings.longestPause)
    }

    private func entry(of id: Instance.ID) -> Entry? { entries.values.first { $0.instance == id } }
}
