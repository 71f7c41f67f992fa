import BedelDomain
import BedelGateway
import Logging
import ServiceLifecycle

/// Keeps the gateway's snapshot true: looks at profiles, models and instances whenever something says they changed.
struct SnapshotPublisher: Service {
    let gateway: Gateway
    let console: Instance.Address
    let services: [ServiceDefinition]
    let profiles: any ProfileStore
    let models: any ModelStore
    let instances: any InstanceDirectory
    let signals: any Signals
    let logger: Logger

    func run() async throws {
        let topics = signals.topics()
        await publish()
        try await cancelWhenGracefulShutdown {
            for await topic in topics { await follow(topic) }
        }
    }

    private func follow(_ topic: Topic) async {
        switch topic {
        case .access: await gateway.forgetPrincipals()
        case .instances, .version: await publish()
        case .everything:
            await gateway.forgetPrincipals()
            await publish()
        case .round, .jobs: return
        }
    }

    /// When the database is away the gateway goes on with what it has.
    private func publish() async {
        do {
            await gateway.publish(try await snapshot())
        } catch {
            logger.error("the gateway keeps its old routes", metadata: ["error": .string(String(reflecting: error))])
        }
    }

    private func snapshot() async throws -> GatewaySnapshot {
        let names = try await profiles.profiles().map(\.name)
        let running = Dictionary(
            await instances.instances().map { ($0.version, $0) }, uniquingKeysWith: { $0.since > $1.since ? $0 : $1 })
        let endpoints = try await models.currentVersions(in: nil).map { version in
            let instance = running[version.id]
            return GatewaySnapshot.Endpoint(
                profile: version.profile, model: version.modelName, owner: version.owner,
                state: instance?.state ?? .starting,
                address: instance?.address)
        }
        return GatewaySnapshot(console: console, endpoints: endpoints, services: services, profiles: Set(names))
    }
}
