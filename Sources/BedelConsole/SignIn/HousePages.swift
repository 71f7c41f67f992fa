internal import BedelDomain
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// Home, the assets, and what the types of problems mean.
struct HousePages: Sendable {
    let desk: Desk

    var routes: [Route] {
        [
            Route(.get, .home, .everybody(because: "it tells everybody what this is"), handler: home),
            Route(.get, .asset(version: nil, file: nil), .everybody(because: "style is no secret"), handler: asset),
            Route(.get, .favicon, .everybody(because: "style is no secret"), handler: favicon),
            Route(.get, .problem(code: nil), .everybody(because: "it explains words"), handler: problem),
        ]
    }

    @Sendable private func home(_ visit: Visit) async throws -> Response {
        guard let principal = visit.principal else {
            return try desk.page(WelcomePage(visit, providers: desk.configuration.providers), visit)
        }
        let profiles = try await desk.ports.profiles.profiles().filter { profile in
            desk.may(visit, .profileView, profile.resource)
        }
        let models = try await desk.ports.models.models(of: principal.user)
        let seen = try await desk.ports.viewings.viewings(of: principal.user).first {
            visit.now - $0.beganAt < .seconds(14 * 86_400)
        }
        return try desk.page(HomePage(profiles, own: models, of: principal, seen: seen, visit), visit)
    }

    @Sendable private func asset(_ visit: Visit) async throws -> Response {
        guard let name = visit.parameters.get("file"), let asset = desk.assets[name] else {
            throw BedelError(.notFound, "There is no such file.", next: "")
        }
        let isCurrent = visit.parameters.get("version") == desk.assets.version
        return Response(
            status: .ok,
            headers: [
                .contentType: asset.contentType,
                .cacheControl: isCurrent ? "public, max-age=31536000, immutable" : "no-cache",
            ], body: .init(byteBuffer: ByteBuffer(bytes: asset.bytes)))
    }

    @Sendable private func favicon(_ visit: Visit) async throws -> Response {
        desk.redirect(to: .asset(version: desk.assets.version, file: "mark.svg"))
    }

    @Sendable private func problem(_ visit: Visit) async throws -> Response {
        guard let code = visit.parameters.get("code").flatMap(BedelError.Code.init) else {
            throw BedelError(.notFound, "There is no such problem.", next: "Start from the home page.")
        }
        return try desk.page(ProblemPage(code, visit), visit)
    }
}

/// For whoever is not signed in.
struct WelcomePage: Page {
    static let template = "welcome"
    let title: String
    /// Nil when there is a choice.
    let issuer: String?

    init(_ visit: Visit, providers: [ConsoleConfiguration.SignInProvider]) {
        title = visit.words("welcome.title")
        issuer = providers.count == 1 ? providers[0].name : nil
    }
}

/// My courses.
struct HomePage: Page {
    static let template = "home"
    let title: String
    let hasCourses: Bool
    let courses: [Course]
    /// An admin saw these pages lately.
    let seen: Seen?

    struct Seen: Hashable, Sendable {
        let by: String
        let at: Moment
        let link: String
    }

    struct Course: Hashable, Sendable {
        let title: String
        let name: String
        let kind: String
        let role: String
        let link: String
        let models: String
    }

    init(_ profiles: [Profile], own models: [Model], of principal: Principal, seen: Viewing?, _ visit: Visit) {
        let words = visit.words
        self.seen = seen.map {
            Seen(by: $0.viewerLogin, at: visit.moment($0.beganAt), link: Address.sessions.path)
        }
        title = words("home.title")
        hasCourses = !profiles.isEmpty
        courses = profiles.map { profile in
            let role = principal.roles[profile.name] ?? (principal.isAdmin ? .admin : .consumer)
            let own = models.count { $0.profile == profile.name && $0.retiredAt == nil }
            return Course(
                title: profile.title, name: profile.name.rawValue, kind: words("kind.\(profile.kind.rawValue)"),
                role: words("role.\(role.rawValue)"), link: Address.profile(profile.name).path,
                models: words.count("home.models", own))
        }
    }
}

/// What one type of problem means.
struct ProblemPage: Page {
    static let template = "problem"
    let title: String
    let code: String
    let what: String
    let next: String

    init(_ code: BedelError.Code, _ visit: Visit) {
        title = visit.words("error.\(code).title")
        self.code = code.rawValue
        what = visit.words("error.\(code)")
        next = visit.words("error.\(code).next")
    }
}
