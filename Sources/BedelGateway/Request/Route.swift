internal import BedelDomain

/// Where a request goes, what that is called in a policy, and by which rules its answer comes back. Made with the
/// snapshot, so that two requests for the same thing have the same route, by which others remember what they know. Each
/// event loop has its own: two of them counting references to one object would keep taking it from each other.
final class Route: Sendable {
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

        /// Its place among all of them.
        var number: Int {
            switch self {
            case .console: 0
            case .git: 1
            case .passage: 2
            case .modelForPrograms: 3
            case .modelForBrowsers: 4
            case .service: 5
            }
        }

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
    let prefixLength: Int
    /// What has to be allowed; nil when the upstream decides.
    let requirement: Requirement?
    /// Whose it is; nil when it is everybody's.
    let profile: Label?
    /// In which its requests wait for their turn.
    let line: FairQueue.Line
    /// See ``Upstream/audience``.
    let audience: String
    /// Of a service; those of a model change.
    let addresses: [Instance.Address]
    /// Names of fields under which a service reads who is there, so that nobody else may send them.
    let identityNames: [[UInt8]]
    /// The service has keys of its own in `Authorization`; then the field is ours only when there is no session.
    let leavesAuthorizationToUpstream: Bool

    init(kind: Kind, upstream: Upstream, prefixLength: Int = 0, requirement: Requirement?) {
        self.kind = kind
        self.upstream = upstream
        self.prefixLength = prefixLength
        self.requirement = requirement
        profile = requirement?.resource.profile
        line = upstream == .console ? .console : profile.map { .profile($0) } ?? .platform
        audience = upstream.audience
        guard case .service(let service) = upstream else {
            (addresses, identityNames, leavesAuthorizationToUpstream) = ([], [], false)
            return
        }
        addresses = service.addresses
        identityNames = service.identityHeaders.values.map { Array($0.utf8) }
        leavesAuthorizationToUpstream = service.passesAuthorization
    }

    /// To a service, at its host.
    convenience init(to service: ServiceDefinition, profileIs state: Profile.State?) {
        let resource = Resource.service(service.name, in: service.profile).whose(profileIs: state)
        self.init(
            kind: .service, upstream: .service(service),
            requirement: Requirement(action: .serviceOpen, resource: resource))
    }

    struct Requirement: Sendable {
        let action: Action
        let resource: Resource
    }

    /// To a model, whether it is there or not.
    convenience init(
        _ kind: Kind, to model: Label, in profile: Label, whichIs state: Profile.State, owner: User.ID?,
        prefixLength: Int
    ) {
        let resource = Resource.model(model, in: profile, owner: owner).whose(profileIs: state)
        self.init(
            kind: kind, upstream: .model(model, in: profile), prefixLength: prefixLength,
            requirement: Requirement(action: .modelPredict, resource: resource))
    }

    var allowsWebSockets: Bool { if case .service(let service) = upstream { service.allowsWebSockets } else { false } }
}
