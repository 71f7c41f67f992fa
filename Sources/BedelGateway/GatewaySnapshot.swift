package import BedelDomain

/// What stands behind the gateway at one moment. Never changed, only replaced whole.
package final class GatewaySnapshot: Sendable {
    /// Where a model answers, or why it does not.
    package struct Endpoint: Hashable, Sendable {
        package let profile: Label
        package let model: Label
        package let owner: User.ID?
        package let state: Instance.State
        /// Nil unless ready.
        package let address: Instance.Address?
        /// More instances of the same version, side by side with ``address``.
        package let replicas: [Instance.Address]

        package init(
            profile: Label, model: Label, owner: User.ID?, state: Instance.State, address: Instance.Address?,
            replicas: [Instance.Address] = []
        ) {
            self.profile = profile
            self.model = model
            self.owner = owner
            self.state = state
            self.address = address
            self.replicas = replicas
        }

        /// Empty unless ready.
        var addresses: [Instance.Address] {
            guard state == .ready, let address else { return [] }
            return [address] + replicas
        }

        /// Whether it is worth waiting for.
        var isComing: Bool { addresses.isEmpty && state != .failed }
    }

    struct ModelName: Hashable {
        let profile: Label
        let model: Label
    }

    /// Of the console; one.
    let console: [Instance.Address]
    let consoleRoute = Route(kind: .console, upstream: .console, requirement: nil)
    /// `/git/…`
    let gitRoute = Route(kind: .git, upstream: .console, requirement: nil)
    /// `/.bedel/…`
    let passageRoute = Route(kind: .passage, upstream: .console, requirement: nil)
    private let models: [ModelName: ModelRoutes]
    private let services: [String: ServiceDefinition]
    private let serviceRoutes: [String: Route]
    private let profiles: Set<Label>
    private let aliases: [Label: Label]
    private let maintenance: [String: Maintenance]
    let requestQuotas: [Label: RequestQuota]
    let gateways: Int
    private let states: [Label: Profile.State]

    /// - Parameters:
    ///   - endpoints: of two with the same name, the last counts.
    ///   - services: a global service's name goes before a profile's of the same name.
    ///   - profiles: every profile there is; each has a host.
    ///   - aliases: former names of profiles, with what each is called today.
    ///   - maintenance: what is closed, by the first label of its host (`ml-2026`, `mlflow--ml-2026`, `grafana`), or
    ///     `everything` for all models and services. The console is never closed.
    ///   - requestQuotas: how much of its models and services a profile takes, by its name, of all gateways together.
    ///   - gateways: how many of those there are, this one among them.
    ///   - states: of the profiles that are not active.
    package init(
        console: Instance.Address, endpoints: [Endpoint] = [], services: [ServiceDefinition] = [],
        profiles: Set<Label> = [], aliases: [Label: Label] = [:], maintenance: [String: Maintenance] = [:],
        requestQuotas: [Label: RequestQuota] = [:], gateways: Int = 1, states: [Label: Profile.State] = [:]
    ) {
        self.console = [console]
        models = Dictionary(
            endpoints.map { endpoint in
                let routes = ModelRoutes(endpoint, profileIs: states[endpoint.profile] ?? .active)
                return (ModelName(profile: endpoint.profile, model: endpoint.model), routes)
            }, uniquingKeysWith: { $1 })
        self.services = Dictionary(services.map { ($0.hostLabel, $0) }, uniquingKeysWith: { $1 })
        serviceRoutes = self.services.mapValues { service in
            Route(to: service, profileIs: service.profile.map { states[$0] ?? .active })
        }
        self.profiles = profiles
        self.aliases = aliases
        self.maintenance = maintenance
        self.requestQuotas = requestQuotas
        self.gateways = max(1, gateways)
        self.states = states
    }

    /// The same with routes of its own.
    func copy() -> GatewaySnapshot {
        GatewaySnapshot(
            console: console[0], endpoints: models.values.map(\.endpoint), services: Array(services.values),
            profiles: profiles, aliases: aliases, maintenance: maintenance, requestQuotas: requestQuotas,
            gateways: gateways, states: states)
    }

    func routes(to model: Label, in profile: Label) -> ModelRoutes? {
        models[ModelName(profile: profile, model: model)]
    }

    func endpoint(of model: Label, in profile: Label) -> Endpoint? { routes(to: model, in: profile)?.endpoint }

    /// What the profile is called today, so that policies and routes know one name alone.
    func currentName(of profile: Label) -> Label { aliases.isEmpty ? profile : aliases[profile] ?? profile }

    /// For policies that stop what pauses or is over.
    func state(of profile: Label) -> Profile.State { states[profile] ?? .active }

    func service(atHost label: String) -> Route? { serviceRoutes[label] }

    func profile(atHost label: String) -> Label? {
        guard let name = Label(label).map(currentName(of:)), profiles.contains(name) else { return nil }
        return name
    }

    /// Every address that may be called; connections to others are of no more use.
    var addresses: Set<Instance.Address> {
        var all = Set(console)
        for model in models.values { all.formUnion(model.addresses) }
        for service in services.values { all.formUnion(service.addresses) }
        return all
    }

    /// How those are called that are not simply spoken HTTP/1.1 to. Of two services at one address, the safer counts.
    var transports: [Instance.Address: UpstreamTransport] {
        var all: [Instance.Address: UpstreamTransport] = [:]
        for service in services.values where service.transport != .plain {
            for address in service.addresses where all[address]?.security == nil { all[address] = service.transport }
        }
        return all
    }

    /// What is asked whether it is well.
    var healthTargets: [HealthTarget] {
        services.values.flatMap { service in
            guard let path = service.healthPath else { return [HealthTarget]() }
            return service.addresses.map { HealthTarget(address: $0, path: path) }
        }
    }

    /// Whether the way there is closed: for everything, for its profile, or for this service.
    func maintenance(of route: Route) -> Maintenance? {
        guard !maintenance.isEmpty, route.kind.isModel || route.kind == .service else { return nil }
        if let all = maintenance["everything"] { return all }
        if let profile = route.profile, let closed = maintenance[profile.rawValue] { return closed }
        guard case .service(let service) = route.upstream else { return nil }
        return maintenance[service.hostLabel]
    }
}
