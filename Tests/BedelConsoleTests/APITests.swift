import BedelDomain
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import BedelConsole

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite("The API")
struct APITests {
    @Test("openapi.json has every route of the API and nothing else")
    func theDescriptionIsTrue() async throws {
        let console = try TestConsole()
        let answer = try await console.ask(.get, "/api/v1/openapi.json")
        let document = try JSONDecoder().decode(Document.self, from: Data(answer.text.utf8))
        let described = document.paths.flatMap { path, methods in methods.keys.map { "\($0) \(path)" } }
        let served = console.console.routes.filter { $0.form == .api }
            .map { "\($0.method.rawValue.lowercased()) \($0.address.path)" }
        #expect(Set(described) == Set(served))
        #expect(described.count == served.count)
        let ids = document.paths.values.flatMap(\.values).map(\.operationId)
        #expect(Set(ids).count == ids.count)
        for path in document.paths { #expect(path.key.hasPrefix("/api/v1/")) }
    }

    @Test("what is answered has the members its schema says, and only those")
    func answersMatchTheirSchemas() async throws {
        let console = try TestConsole()
        let answers: [(String, String, String)] = [
            ("/api/v1/me", "ana", "Me"), ("/api/v1/profiles", "ana", "Profile"),
            ("/api/v1/profiles/ml-2026/models", "ana", "Model"),
            ("/api/v1/profiles/ml-2026/models/digits-ana", "ana", "ModelDetail"),
            ("/api/v1/profiles/ml-2026/models/digits-ana/versions/2", "ana", "Version"),
            ("/api/v1/profiles/ml-2026/models/tree-ana/versions/1", "ana", "Version"),
            ("/api/v1/profiles/ml-2026/models/digits-ana/versions/2/log", "ana", "Log"),
            ("/api/v1/tokens", "ana", "Token"), ("/api/v1/sessions", "ana", "Session"),
            ("/api/v1/profiles/ml-2026/service-accounts", "prof", "ServiceAccount"),
            ("/api/v1/profiles/ml-2026/service-accounts/gradebook/tokens", "prof", "Token"),
            ("/api/v1/profiles/ml-2026/assignments", "ana", "Assignment"),
            ("/api/v1/profiles/ml-2026/assignments/digits/rounds/2", "prof", "Round"),
            ("/api/v1/profiles/ml-2026/assignments/digits/rounds/2/leaderboard", "ana", "Round"),
            ("/api/v1/instances", "root", "Instance"), ("/api/v1/audit", "root", "AuditRecord"),
        ]
        for (path, login, name) in answers {
            let answer = try await console.ask(.get, path, as: login)
            #expect(answer.status == .ok, "\(path): \(answer.text)")
            let type = try #require(OpenAPI.represented.first { $0.name == name })
            let found = try members(of: answer.text)
            let required = type.members.filter { if case .optional = $0.value { false } else { true } }.keys
            #expect(found.isSubset(of: type.members.keys), "\(path) has \(found.subtracting(type.members.keys))")
            #expect(found.isSuperset(of: required), "\(path) lacks \(Set(required).subtracting(found))")
        }
    }

    @Test func scoresAndEntriesMatchTheirSchemasToo() async throws {
        let text = try await TestConsole().ask(.get, "/api/v1/profiles/ml-2026/assignments/digits/rounds/2", as: "prof")
            .text
        for name in ScoresRepresentation.members.keys { #expect(text.contains("\"\(name)\":"), "\(name)") }
        for name in EntryRepresentation.members.keys { #expect(text.contains("\"\(name)\":"), "\(name)") }
        #expect(text.contains("\"previous\":0.872"))
    }

    @Test func failuresAreProblemDetails() async throws {
        let answer = try await TestConsole().ask(.get, "/api/v1/profiles/none/models", as: "ana")
        #expect(answer.status == .notFound)
        #expect(answer.headers[.contentType] == "application/problem+json")
        let problem = try JSONDecoder().decode([String: Flexible].self, from: Data(answer.text.utf8))
        #expect(Set(problem.keys) == ["type", "title", "status", "detail", "next", "request_id"])
        #expect(problem["type"]?.text == "/problems/not-found" && problem["request_id"]?.text == "request-1")
    }

    @Test func anUnknownAddressIsAProblemForProgramsAndAPageForPeople() async throws {
        let console = try TestConsole()
        #expect(try await console.ask(.get, "/api/v1/nothing").headers[.contentType] == "application/problem+json")
        let page = try await console.ask(.get, "/nothing", as: "ana")
        #expect(page.status == .notFound && page.headers[.contentType] == "text/html; charset=utf-8")
        #expect(page.headers[.contentSecurityPolicy] != nil)
    }

    @Test(arguments: [
        #"{"name":"x"}"#, #"{"name":1,"scopes":["read"]}"#, "nonsense", #"{"name":"x","scopes":["fly"]}"#,
        #"{"name":"x","scopes":[]}"#, #"{"name":"x","scopes":["read"],"days":4000}"#,
    ])
    func aTokenThatCannotBeIsRefused(_ body: String) async throws {
        let answer = try await TestConsole().ask(
            .post, "/api/v1/tokens", as: "token:ana:manage", fromPage: false, body: body)
        #expect(answer.status == .badRequest)
    }

    @Test func adminsMakeProfilesAndTheRestDoNot() async throws {
        let body = #"{"name":"robotics","title":"Robotics","kind":"course"}"#
        let console = try TestConsole()
        #expect(
            try await console.ask(.post, "/api/v1/profiles", as: "token:prof:manage", fromPage: false, body: body)
                .status == .forbidden)
        #expect(
            try await console.ask(.post, "/api/v1/profiles", as: "token:root:manage", fromPage: false, body: body)
                .status == .created)
        #expect(
            try await console.ask(.post, "/api/v1/profiles", as: "token:root:manage", fromPage: false, body: body)
                .status == .conflict)
        let reserved = body.replacing("robotics", with: "admin")
        #expect(
            try await console.ask(.post, "/api/v1/profiles", as: "token:root:manage", fromPage: false, body: reserved)
                .status == .conflict)
    }

    @Test func groupRulesAreReplacedWhole() async throws {
        let console = try TestConsole()
        let answer = try await console.ask(
            .put, "/api/v1/profiles/ml-2026/group-rules", as: "token:root:manage", fromPage: false,
            body: #"[{"group":"ml","role":"student"}]"#)
        #expect(answer.text == #"[{"group":"ml","role":"student"}]"#)
        let admin = try await console.ask(
            .put, "/api/v1/profiles/ml-2026/group-rules", as: "token:root:manage", fromPage: false,
            body: #"[{"group":"ml","role":"admin"}]"#)
        #expect(admin.status == .badRequest)
    }

    @Test func ourOwnFailuresSayNothingOfTheirInside() async throws {
        struct Inside: Error { let secret = "password=hunter2" }
        let error = BedelError.wrapping(Inside())
        let problem = Problem(
            type: "", title: error.code.title, status: 500, detail: error.message, next: error.next, requestId: "")
        #expect(!String(decoding: try JSONAnswer.encode(problem), as: UTF8.self).contains("hunter2"))
        #expect(error.detail.contains("hunter2"))
    }

    private struct Document: Decodable {
        struct Described: Decodable { let operationId: String }
        let paths: [String: [String: Described]]
    }

    /// Any JSON value, as text where it is one.
    private struct Flexible: Decodable {
        let text: String?
        init(from decoder: any Decoder) throws { text = try? decoder.singleValueContainer().decode(String.self) }
    }

    private func members(of text: String) throws -> Set<String> {
        let data = Data(text.utf8)
        if let one = try? JSONDecoder().decode([String: Flexible].self, from: data) { return Set(one.keys) }
        return Set(try JSONDecoder().decode([[String: Flexible]].self, from: data).flatMap(\.keys))
    }
}
