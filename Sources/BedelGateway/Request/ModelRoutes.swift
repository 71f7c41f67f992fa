internal import BedelDomain

/// The ways to one model of a snapshot, and where they lead.
struct ModelRoutes: Sendable {
    let endpoint: GatewaySnapshot.Endpoint
    /// See ``GatewaySnapshot/Endpoint/addresses``.
    let addresses: [Instance.Address]
    private let routes: [Route]

    init(_ endpoint: GatewaySnapshot.Endpoint, profileIs state: Profile.State) {
        self.endpoint = endpoint
        addresses = endpoint.addresses
        let onItsHost = "/\(endpoint.model)"
        // As long as the one with `seldon`.
        let onTheBase = "/models/\(endpoint.profile)/\(endpoint.model)"
        routes = [(Route.Kind.modelForPrograms, onTheBase), (.modelForBrowsers, onItsHost)].map { kind, prefix in
            Route(
                kind, to: endpoint.model, in: endpoint.profile, whichIs: state, owner: endpoint.owner,
                prefixLength: prefix.utf8.count)
        }
    }

    func route(_ kind: Route.Kind, prefixLength: Int) -> Route? {
        routes.first { $0.kind == kind && $0.prefixLength == prefixLength }
    }
}
