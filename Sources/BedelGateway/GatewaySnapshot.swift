package import BedelDomain

/// What stands behind the gateway at one moment. Never changed, only replaced whole.
package struct GatewaySnapshot: Sendable {
    /// Where a model answers, or why it does not.
    package struct Endpoint: Hashable, Sendable {
        package let profile: Label
        package let model: Label
        package let owner: User.ID?
        package let state: Instance.State
        /// Nil unless ready.
        package let address: Instance.Address?

        package init(profile: Label, model: Label, owner: User.ID?, state: Instance.State, address: Instance.Address?) {
            self.profile = profile
            self.model = model
            self.owner = owner
            self.state = state
            self.address = address
        }
    }

    struct ModelName: Hashable {
        let profile: Label
        let model: Label
    }

    let console: Instance.Address
    private let endpoints: [ModelName: Endpoint]
    private let services: [String: ServiceDefinition]
    private let profiles: Set<Label>

    /// - Parameters:
    ///   - endpoints: of two with the same name, the last counts.
    ///   - services: a global service's name goes before a profile's of the same name.
    ///   - profiles: every profile there is; each has a host.
    package init(
        console: Instance.Address, endpoints: [Endpoint] = [], services: [ServiceDefinition] = [],
        profiles: Set<Label> = []
    ) {
        self.console = console
        self.endpoints = Dictionary(
            endpoints.map { (ModelName(profile: $0.profile, model: $0.model), $0) }, uniquingKeysWith: { $1 })
        self.services = Dictionary(services.map { ($0.hostLabel, $0) }, uniquingKeysWith: { $1 })
        self.profiles = profiles
    }

    func endpoint(of model: Label, in profile: Label) -> Endpoint? {
        endpoints[ModelName(profile: profile, model: model)]
    }

    func service(atHost label: String) -> ServiceDefinition? { services[label] }

    func profile(atHost label: String) -> Label? {
        guard let name = Label(label), profiles.contains(name) else { return nil }
        return name
    }

    /// Every address that may be called; connections to others are of no more use.
    var addresses: Set<Instance.Address> {
        var all: Set<Instance.Address> = [console]
        for endpoint in endpoints.values { if let address = endpoint.address { all.insert(address) } }
        for service in services.values { all.insert(.tcp(host: service.host, port: service.port)) }
        return all
    }
}
