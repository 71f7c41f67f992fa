internal import BedelDomain

/// Host and path to route. Pure; knows the base, and gets everything else from the snapshot.
struct Router: Sendable {
    private let base: String
    private let suffix: String

    /// - Parameter baseAuthority: in the form of ``Authority/normalise(_:scheme:)``.
    init(baseAuthority: String) {
        base = baseAuthority
        suffix = ".\(baseAuthority)"
    }

    /// - Throws: `unknownHost`; `notFound` for a path that can be nothing on that host.
    func route(_ request: NormalRequest, in snapshot: GatewaySnapshot) throws(BedelError) -> Route {
        if request.authority == base { return try baseRoute(request.path, snapshot) }
        guard request.authority.hasSuffix(suffix) else { throw Self.unknownHost }
        let label = String(request.authority.dropLast(suffix.utf8.count))
        if let service = snapshot.service(atHost: label) {
            if Self.isPassage(request.path) { return Self.passage }
            guard service.allowsWebSockets || !request.wantsWebSocket else {
                throw BedelError(.invalidRequest, "This service has no WebSockets.", next: "Ask without an upgrade.")
            }
            let resource = Resource.service(service.name, in: service.profile)
            return Route(
                kind: .service, upstream: .service(service),
                requirement: Route.Requirement(action: .serviceOpen, resource: resource))
        }
        guard let profile = snapshot.profile(atHost: label) else { throw Self.unknownHost }
        if Self.isPassage(request.path) { return Self.passage }
        var words = PathWords(request.path)
        return try modelRoute(.modelForBrowsers, words.label(), in: profile, words, snapshot)
    }

    private func baseRoute(_ path: [UInt8], _ snapshot: GatewaySnapshot) throws(BedelError) -> Route {
        var words = PathWords(path)
        let first = words.next()
        if first.equals("seldon") {
            let profile = words.label()
            return try modelRoute(.modelForPrograms, words.label(), in: profile, words, snapshot)
        }
        if first.equals("models") {
            let profile = words.label()
            let model = words.label()
            var rest = words
            guard rest.next().equals("v2") else { throw Self.notFound }
            return try modelRoute(.modelForPrograms, model, in: profile, words, snapshot)
        }
        return Route(kind: first.equals("git") ? .git : .console, upstream: .console, requirement: nil)
    }

    private func modelRoute(
        _ kind: Route.Kind, _ model: Label?, in profile: Label?, _ words: PathWords, _ snapshot: GatewaySnapshot
    ) throws(BedelError) -> Route {
        guard let model, let profile = profile.map(snapshot.currentName(of:)), words.hasMore else {
            throw Self.notFound
        }
        let owner = snapshot.endpoint(of: model, in: profile)?.owner
        let requirement = Route.Requirement(action: .modelPredict, resource: .model(model, in: profile, owner: owner))
        return Route(
            kind: kind, upstream: .model(model, in: profile), prefixLength: words.position, requirement: requirement)
    }

    private static let passage = Route(kind: .passage, upstream: .console, requirement: nil)

    private static func isPassage(_ path: [UInt8]) -> Bool { path.starts(with: "/.bedel/".utf8) }

    private static let unknownHost = BedelError(
        .unknownHost, "Nothing lives at this host name.", next: "Check the address; names end in this server's own.")

    static let notFound = BedelError(
        .notFound, "There is no such thing here, or it is not yours to see.",
        next: "Check the address, or ask your teacher to add you to the course.")
}

/// Walks over the segments of a normal path.
private struct PathWords {
    private let path: [UInt8]
    /// Of the slash before the next segment.
    private(set) var position = 0

    init(_ path: [UInt8]) { self.path = path }

    /// Whether a slash, at least, is left.
    var hasMore: Bool { position < path.count }

    /// The next segment; empty at the end.
    mutating func next() -> ArraySlice<UInt8> {
        guard hasMore else { return [] }
        let start = position + 1
        position = path[start...].firstIndex(of: UInt8(ascii: "/")) ?? path.count
        return path[start..<position]
    }

    mutating func label() -> Label? { Label(next().text) }
}
