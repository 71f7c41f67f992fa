internal import BedelDomain

/// Where a request goes, what that is called in a policy, and by which rules its answer comes back.
struct Route: Sendable {
    /// The rules differ by the trust of what answers and by who may be looking.
    enum Kind: String, Sendable, CaseIterable {
        /// Pages and API; it asks the authorizer itself for what it does, so somebody unknown may knock.
        case console
        /// `/git/…`: like the console, but git needs to be asked for its password.
        case git
        /// `/.bedel/…` on another host than the base: the console ends a hand-over there.
        case passage
        /// A model on the base: bearer tokens only, so that no browser can be led there with its session.
        case modelForPrograms = "model"
        /// A model on its profile's own host: browsers, under that host's session.
        case modelForBrowsers = "model-browser"
        case service

        var isModel: Bool { self == .modelForPrograms || self == .modelForBrowsers }
    }

    enum Upstream: Hashable, Sendable {
        case console
        case model(Label, in: Label)
        case service(ServiceDefinition)

        /// For whom the assertion is, so that no upstream can use another's.
        var audience: String {
            switch self {
            case .console: "console"
            case .model(let name, let profile): "model:\(profile)/\(name)"
            case .service(let service): "service:\(service.hostLabel)"
            }
        }
    }

    let kind: Kind
    let upstream: Upstream
    /// Bytes at the path's beginning that are ours and not the upstream's.
    var prefixLength = 0
    /// What has to be allowed; nil when the upstream decides.
    let requirement: Requirement?

    struct Requirement: Sendable {
        let action: Action
        let resource: Resource
    }

    /// The service has keys of its own in `Authorization`; then the field is ours only when there is no session.
    var leavesAuthorizationToUpstream: Bool {
        if case .service(let service) = upstream { service.passesAuthorization } else { false }
    }

    var profile: Label? { requirement?.resource.profile }
}
