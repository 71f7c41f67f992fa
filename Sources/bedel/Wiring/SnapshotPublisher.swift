import BedelDomain
import BedelGateway
import Logging
import NIOPosix
import ServiceLifecycle

/// Keeps the gateway's snapshot true: looks at profiles, models and instances whenever something says they changed.
struct SnapshotPublisher: Service {
    let gateway: Gateway
    let console: Instance.Address
    let consoleDoor: ConsoleDoor
    let services: [ServiceDefinition]
    let maintenance: MaintenanceFolder
    let threads: NIOThreadPool
    let profiles: any ProfileStore
    let lifecycle: any ProfileLifecycle
    let quotas: any QuotaStore
    let gateways: GatewayCount
    let models: any ModelStore
    let instances: @Sendable () async throws -> [Instance]
    let signals: any Signals
    let logger: Logger

    func run() async throws {
        let changes = signals.topics()
        let endings = signals.topics()
        // The gateway lets nobody in before its first snapshot; by then the console it leads to is to be there.
        await consoleDoor.wait()
        // One publisher for all reasons: of two at a time, the older snapshot could be the last.
        let (bell, ring) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        await gateways.announce()
        if await !publish() { ring.yield() }
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                // All of these are children of the service and end with it. This one alone publishes; those that ring wait for
                // things that come by themselves, and none of them may wait for a publication.
                group.addTask { await publishEach(bell, ring) }
                group.addTask { for await topic in changes where topic.movesRoutes { ring.yield() } }
                group.addTask { await watchMaintenance(ring) }
                group.addTask { for await _ in gateways.changes { ring.yield() } }
                // On its own: whoever is put out must not wait for the routes to be read.
                group.addTask { for await topic in endings where topic.endsAccess { await gateway.forgetPrincipals() } }
            }
        }
    }

    private func publishEach(_ bell: AsyncStream<Void>, _ ring: AsyncStream<Void>.Continuation) async {
        for await _ in bell where await !publish() {
            // What rang does not ring again, and nobody tells when the database is back: so it is asked again a moment later,
            // not at once. Cut short when the service ends, and then the bell rings no more: that is why `try?`.
            try? await Task.sleep(for: .seconds(1))
            ring.yield()
        }
    }

    /// What an admin closes or opens again is so within seconds.
    private func watchMaintenance(_ ring: AsyncStream<Void>.Continuation) async {
        var known = await closed()
        while (try? await Task.sleep(for: .seconds(2))) != nil {
            let now = await closed()
            guard now != known else { continue }
            known = now
            logger.notice(
                "maintenance changed", metadata: ["closed": .string(now.keys.sorted().joined(separator: " "))])
            ring.yield()
        }
    }

    private func closed() async -> [String: Maintenance] {
        (try? await threads.runIfActive { try maintenance.read() }) ?? [:]
    }

    /// When the database is away the gateway goes on with what it has.
    /// - Returns: whether there is something new.
    private func publish() async -> Bool {
        do {
            await gateway.publish(try await snapshot())
            return true
        } catch {
            logger.error("the gateway keeps its old routes", metadata: ["error": .string(String(reflecting: error))])
            return false
        }
    }

    private func snapshot() async throws -> GatewaySnapshot {
        let known = try await profiles.profiles()
        let running = Dictionary(grouping: try await instances(), by: { [$0.profile, $0.model] })
        let endpoints = try await models.currentVersions(in: nil).map { version in
            let instance = Self.instance(for: version, among: running[[version.profile, version.modelName]] ?? [])
            return GatewaySnapshot.Endpoint(
                profile: version.profile, model: version.modelName, owner: version.owner,
                state: instance?.state ?? .starting,
                address: instance?.address)
        }
        return GatewaySnapshot(
            console: console, endpoints: endpoints, services: services, profiles: Set(known.map(\.name)),
            aliases: try await lifecycle.aliases(), maintenance: await closed(),
            requestQuotas: try await quotas.requestQuotas(), gateways: gateways.current,
            states: Dictionary(
                known.lazy.filter { $0.state != .active }.map { ($0.name, $0.state) }, uniquingKeysWith: { $1 }))
    }
}

extension SnapshotPublisher {
    /// Its own, or an earlier version's as long as its own does not answer.
    static func instance(for version: Version, among instances: [Instance]) -> Instance? {
        let own = instances.filter { $0.version == version.id }.max { $0.since < $1.since }
        guard own?.state != .ready else { return own }
        return instances.filter { $0.state == .ready }.max { $0.number < $1.number } ?? own
    }
}

extension Topic {
    /// Whether something may answer elsewhere now.
    var movesRoutes: Bool {
        switch self {
        case .instances, .version, .everything: true
        case .access, .round, .jobs, .asked: false
        }
    }

    fileprivate var endsAccess: Bool {
        switch self {
        case .access, .everything: true
        case .instances, .version, .round, .jobs, .asked: false
        }
    }
}
