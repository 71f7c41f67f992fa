internal import BedelDomain

/// How a model stands now: its versions, what runs, and what it waits for.
struct ModelStatus: Sendable {
    /// Newest first.
    let versions: [Version]
    let instances: [Version.ID: Instance]
    /// Builds before the newest version's; nil when it does not wait.
    let ahead: Int?

    /// The newest version that can answer.
    var current: Version? { versions.first { $0.state == .ready } }

    /// Nothing moves: the newest version is built and started, or has failed.
    var isSettled: Bool {
        guard let newest = versions.first else { return true }
        switch newest.state {
        case .received, .building: return false
        case .failed: return true
        case .ready: return instances[newest.id].map { $0.state != .starting } ?? false
        }
    }

    static func read(_ model: Model, ports: ConsolePorts) async throws -> ModelStatus {
        let versions = try await ports.models.versions(of: model.id)
        var instances: [Version.ID: Instance] = [:]
        for version in versions.prefix(5) where version.state == .ready {
            instances[version.id] = await ports.instances.instance(of: version.id)
        }
        return ModelStatus(
            versions: versions, instances: instances, ahead: try await ahead(of: versions.first, ports.jobs))
    }

    private static func ahead(of version: Version?, _ jobs: any JobQueue) async throws -> Int? {
        guard let version, version.state == .received else { return nil }
        return try await jobs.pending().firstIndex { $0.work == .build(version.id) }
    }
}

/// The part of a model's page that moves; also sent alone on its event stream.
struct StatusView: Sendable {
    let waiting: String?
    let trouble: Trouble?
    let isBuilding: Bool
    let hasVersions: Bool
    let versions: [Row]

    struct Row: Sendable {
        let number: Int
        let link: String
        let badge: Badge
        let instance: Badge?
        let received: Moment
        let source: String
        let digest: String
        let size: String
        let receiptLink: String
    }

    init(_ status: ModelStatus, _ visit: Visit) {
        let words = visit.words
        waiting = status.ahead.map { words.count("model.ahead", $0) }
        isBuilding = status.versions.first.map { $0.state == .building || $0.state == .received } ?? false
        let fault = status.versions.first?.fault ?? status.versions.first.flatMap { status.instances[$0.id]?.fault }
        trouble = fault.map { Trouble($0, words) }
        versions = status.versions.map { version in
            Row(
                number: version.number,
                link: Address.version(version.profile, version.modelName, version.number).path,
                badge: Badge(version.state, words),
                instance: status.instances[version.id].map { Badge($0.state, words) },
                received: visit.moment(version.receivedAt), source: words("source.\(version.source.rawValue)"),
                digest: version.bundle.short, size: words.bytes(version.size),
                receiptLink: Address.receipt(version.profile, version.modelName, version.number).path)
        }
        hasVersions = !versions.isEmpty
    }
}
