internal import BedelDomain

/// Host and path to route. Pure; what there is stands in the snapshot.
struct Router: Sendable {
    /// - Throws: `unknownHost`; `notFound` for a path that can be nothing on that host.
    func route(_ request: NormalRequest, in snapshot: GatewaySnapshot) throws(BedelError) -> Route {
        guard let label = request.host.label else { throw Self.unknownHost }
        if label.isEmpty { return try baseRoute(request.path, snapshot) }
        if let route = snapshot.service(atHost: label) {
            if Self.isPassage(request.path) { return snapshot.passageRoute }
            guard !request.wantsWebSocket || route.allowsWebSockets else {
                throw BedelError(.invalidRequest, "This service has no WebSockets.", next: "Ask without an upgrade.")
            }
            return route
        }
        guard let profile = snapshot.profile(atHost: label) else { throw Self.unknownHost }
        if Self.isPassage(request.path) { return snapshot.passageRoute }
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
        return first.equals("git") ? snapshot.gitRoute : snapshot.consoleRoute
    }

    private func modelRoute(
        _ kind: Route.Kind, _ model: Label?, in profile: Label?, _ words: PathWords, _ snapshot: GatewaySnapshot
    ) throws(BedelError) -> Route {
        guard let model, let profile = profile.map(snapshot.currentName(of:)), words.hasMore else {
            throw Self.notFound
        }
        let known = snapshot.routes(to: model, in: profile)
        if let route = known?.route(kind, prefixLength: words.position) { return route }
        // By a name that the profile had before, or a model that is not there.
        return Route(
            kind, to: model, in: profile, whichIs: snapshot.state(of: profile), owner: known?.endpoint.owner,
            prefixLength: words.position)
    }

    private static func isPassage(_ path: [UInt8]) -> Bool { path.count >= 8 && path.prefix(8).equals("/.bedel/") }

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
        position = start
        while position < path.count, path[position] != UInt8(ascii: "/") { position += 1 }
        return path[start..<position]
    }

    mutating func label() -> Label? { Label(next().text) }
}
