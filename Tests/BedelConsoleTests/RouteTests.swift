import BedelDomain
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import BedelConsole

@Suite("Routes")
struct RouteTests {
    /// Everything that answers whoever comes, by name: adding to it is a decision, not an accident.
    static let open: Set<String> = [
        "GET /", "GET /login", "GET /login/callback", "POST /login/callback", "POST /logout",
        "POST /logout/backchannel",
        "GET /logout/frontchannel", "GET /handover", "GET /.bedel/enter",
        "GET /assets/{version}/{file}", "GET /favicon.ico", "GET /problems/{code}", "GET /api/v1/openapi.json",
        "GET /.well-known/jwks.json", "GET /.well-known/oauth-authorization-server",
        "POST /api/v1/oauth/device", "POST /api/v1/oauth/token", "POST /api/v1/oauth/revoke",
    ]

    @Test("every route names the action it is, but for a known few")
    func everyRouteHasItsAction() throws {
        for route in try TestConsole().console.routes {
            let name = "\(route.method.rawValue) \(route.address.path)"
            if case .everybody(let reason) = route.access {
                #expect(Self.open.contains(name), "\(name) asks nobody")
                #expect(!reason.isEmpty)
            }
        }
    }

    @Test("whoever is not signed in gets nothing but the open ones")
    func nothingElseAnswersAnybody() async throws {
        let console = try TestConsole()
        for route in console.console.routes {
            guard case .everybody = route.access else {
                let path = Self.fill(route.address.path)
                let answer = try await console.ask(route.method, route.form == .git ? "\(path)/info/refs" : path)
                let isRefused =
                    answer.status == .unauthorized || answer.headers[.location]?.hasPrefix("/login?to=") == true
                #expect(isRefused, "\(route.method) \(path) answers \(answer.status)")
                continue
            }
        }
    }

    @Test("a consumer, who may only call models, is refused by every action a page or the API declares")
    func aRoleWithoutRightsIsRefused() async throws {
        var course = Course()
        course.members = course.members.map {
            Member(
                profile: $0.profile, user: $0.user, login: $0.login, name: $0.name, email: $0.email, role: .consumer,
                source: $0.source)
        }
        let console = try TestConsole(course)
        for route in console.console.routes {
            guard case .action(let action, let target) = route.access, ![.ownTokens, .ownSessions].contains(target),
                action != .modelPredict
            else { continue }
            let allowed = console.house.authorizer.decide(
                Question(
                    console.house.principal("bruno"), action,
                    target == .platform ? .platform : .profile(Course.profile))
            ).isAllowed
            if allowed { continue }
            let answer = try await console.ask(route.method, Self.fill(route.address.path), as: "bruno")
            #expect([403, 404].contains(answer.status.code), "\(route.method) \(route.address.path): \(answer.status)")
        }
    }

    @Test func noTwoRoutesShareAMethodAndAnAddress() throws {
        let names = try TestConsole().console.routes.map { "\($0.method.rawValue) \($0.address.path)" }
        #expect(Set(names).count == names.count)
    }

    @Test func aLinkFillsItsPattern() {
        #expect(
            Address.version(Course.profile, Course.label("a-b"), 3).path == "/profiles/ml-2026/models/a-b/versions/3")
        #expect(Address.api(.versions(nil, nil)).path == "/api/v1/profiles/{profile}/models/{model}/versions")
        #expect(
            Address.memberRemoval(Course.profile, login: "a/b c").path == "/profiles/ml-2026/members/a%2Fb%20c/remove")
    }

    static func fill(_ pattern: String) -> String {
        [
            "{profile}": "ml-2026", "{model}": "digits-ana", "{number}": "1", "{assignment}": "digits",
            "{login}": "ana",
            "{token}": "01jd0000000000000000000000", "{session}": "01jd0000000000000000000000",
            "{user}": "01jd0000000000000000000000",
            "{account}": "gradebook",
        ].reduce(pattern) { $0.replacing($1.key, with: $1.value) }
    }
}
