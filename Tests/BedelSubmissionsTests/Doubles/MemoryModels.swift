import BedelDomain
import Synchronization

/// Models, versions and logs in memory, with the rules of the port.
final class MemoryModels: ModelStore {
    struct State {
        var models: [Model] = []
        var versions: [Version] = []
        var logs: [Version.ID: [LogLine]] = [:]
        var audited: [AuditEvent] = []
    }

    let state = Mutex(State())

    func receive(_ submission: Submission, audit: AuditEvent) async throws -> Version {
        try state.withLock { state in
            let model = try Self.model(for: submission, in: &state)
            let version = Version(
                id: .random(at: submission.receivedAt), model: model.id, profile: model.profile, modelName: model.name,
                owner: model.owner, ownerLogin: model.ownerLogin,
                number: state.versions.filter { $0.model == model.id }.count + 1, bundle: submission.bundle,
                size: submission.size, layout: submission.layout, source: submission.source, commit: submission.commit,
                receivedAt: submission.receivedAt, sequence: Int64(state.versions.count + 1), state: .received,
                environment: nil, fault: nil)
            state.versions.append(version)
            state.audited.append(audit)
            return version
        }
    }

    private static func model(for submission: Submission, in state: inout State) throws -> Model {
        if let known = state.models.first(where: { $0.profile == submission.profile && $0.name == submission.model }) {
            guard known.owner == submission.owner else { throw BedelError(.conflict, "Somebody else's.") }
            return known
        }
        let model = Model(
            id: .random(at: submission.receivedAt), profile: submission.profile, name: submission.model,
            owner: submission.owner, ownerLogin: "login", assignment: submission.assignment,
            createdAt: submission.receivedAt)
        state.models.append(model)
        return model
    }

    func model(named name: Label, in profile: Label) async throws -> Model? {
        state.withLock { $0.models.first { $0.name == name && $0.profile == profile } }
    }
    func models(in profile: Label) async throws -> [Model] {
        state.withLock { $0.models.filter { $0.profile == profile && $0.retiredAt == nil } }
    }
    func models(of owner: User.ID) async throws -> [Model] { state.withLock { $0.models.filter { $0.owner == owner } } }
    func versions(of model: Model.ID) async throws -> [Version] {
        state.withLock { $0.versions.filter { $0.model == model }.reversed() }
    }
    func version(_ id: Version.ID) async throws -> Version? { state.withLock { $0.versions.first { $0.id == id } } }
    func currentVersions(in profile: Label?) async throws -> [Version] {
        state.withLock { state in
            state.models.filter { $0.retiredAt == nil && (profile == nil || $0.profile == profile) }
                .compactMap { model in state.versions.last { $0.model == model.id && $0.state == .ready } }
        }
    }
    func latestVersions(in profile: Label, limit: Int) async throws -> [Version] {
        state.withLock { Array($0.versions.filter { $0.profile == profile }.reversed().prefix(limit)) }
    }

    func advance(
        _ version: Version.ID, from: Version.State, to next: Version.State, environment: Digest?, fault: Fault?,
        audit: AuditEvent?
    ) async throws -> Bool {
        state.withLock { state in
            guard let index = state.versions.firstIndex(where: { $0.id == version && $0.state == from }) else {
                return false
            }
            state.versions[index] = state.versions[index].moved(to: next, environment: environment, fault: fault)
            if let audit { state.audited.append(audit) }
            return true
        }
    }

    func retire(_ model: Model.ID, at time: Timestamp, audit: AuditEvent) async throws {
        state.withLock { state in
            state.models = state.models.map { old in
                guard old.id == model else { return old }
                return Model(
                    id: old.id, profile: old.profile, name: old.name, owner: old.owner, ownerLogin: old.ownerLogin,
                    assignment: old.assignment, createdAt: old.createdAt, retiredAt: time)
            }
        }
    }

    func appendLog(_ lines: [String], source: LogLine.Source, to version: Version.ID, at time: Timestamp) async throws {
        state.withLock { state in
            for line in lines {
                let sequence = Int64(state.logs[version, default: []].count + 1)
                state.logs[version, default: []].append(
                    LogLine(sequence: sequence, at: time, source: source, text: line))
            }
        }
    }
    func log(of version: Version.ID, after sequence: Int64) async throws -> [LogLine] {
        state.withLock { $0.logs[version, default: []].filter { $0.sequence > sequence } }
    }

    var allVersions: [Version] { state.withLock { $0.versions } }
    var audited: [AuditEvent] { state.withLock { $0.audited } }
    func lines(of version: Version.ID) -> [String] { state.withLock { $0.logs[version, default: []].map(\.text) } }

    /// A version that is there already.
    func add(_ version: Version, assignment: Label? = nil) {
        state.withLock { state in
            state.versions.append(version)
            guard !state.models.contains(where: { $0.id == version.model }) else { return }
            state.models.append(
                Model(
                    id: version.model, profile: version.profile, name: version.modelName, owner: version.owner,
                    ownerLogin: version.ownerLogin, assignment: assignment, createdAt: version.receivedAt))
        }
    }
}

extension Version {
    func moved(to next: State, environment: Digest?, fault: Fault?) -> Version {
        Version(
            id: id, model: model, profile: profile, modelName: modelName, owner: owner, ownerLogin: ownerLogin,
            number: number, bundle: bundle, size: size, layout: layout, source: source, commit: commit,
            receivedAt: receivedAt, sequence: sequence, state: next, environment: environment ?? self.environment,
            fault: fault)
    }
}
