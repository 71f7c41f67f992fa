import BedelDomain
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import BedelConsole

@Suite("Pages")
struct PageTests {
    static let visits: [(path: String, login: String)] = [
        ("/", "ana"), ("/tokens", "ana"), ("/device", "ana"), ("/profiles/ml-2026/service-accounts", "prof"),
        ("/profiles/ml-2026", "ana"), ("/profiles/ml-2026", "prof"),
        ("/profiles/ml-2026/hand-in", "ana"), ("/profiles/ml-2026/models/digits-ana", "ana"),
        ("/profiles/ml-2026/models/forest-ana", "ana"), ("/profiles/ml-2026/models/tree-ana", "ana"),
        ("/profiles/ml-2026/models/digits-ana/versions/2", "ana"), ("/profiles/ml-2026/new-assignment", "prof"),
        ("/profiles/ml-2026/assignments/digits", "ana"), ("/profiles/ml-2026/assignments/digits", "prof"),
        ("/profiles/ml-2026/assignments/digits/rounds/2", "prof"),
        ("/profiles/ml-2026/assignments/digits/rounds/2/leaderboard", "ana"), ("/profiles/ml-2026/members", "prof"),
        ("/profiles/ml-2026/members", "root"), ("/admin/profiles", "root"), ("/admin/instances", "root"),
        ("/admin/jobs", "root"), ("/admin/users", "root"), ("/admin/audit?verify=1", "root"),
        ("/problems/too-large", "ana"), ("/sessions", "ana"), ("/profiles/ml-2026/settings", "prof"),
        ("/profiles/ml-2026/settings", "root"), ("/profiles/ml-2026/access?login=ana", "prof"),
        ("/profiles/ml-2026/audit", "prof"),
        ("/profiles/ml-2026/invitation-links", "prof"), ("/join/s3cret", "root"),
        ("/admin/audit?outcome=denied&from=2026-01-01&to=2026-12-31", "root"),
    ]

    @Test("every page opens in both languages and says nothing untranslated", arguments: visits, Language.allCases)
    func everyPageOpens(_ visit: (path: String, login: String), _ language: Language) async throws {
        let console = try TestConsole()
        let answer = try await console.ask(
            .get, visit.path, as: visit.login, headers: [.acceptLanguage: language.rawValue])
        #expect(answer.status == .ok)
        #expect(answer.text.contains("<html lang=\"\(language.rawValue)\">"))
        #expect(Templates.keys(in: answer.text).allSatisfy { $0.first?.isLetter != true })
        #expect(!answer.text.contains("Optional("))
        #expect(answer.headers[.contentSecurityPolicy]?.contains("default-src 'none'") == true)
        #expect(answer.headers[.xContentTypeOptions] == "nosniff")
        #expect(answer.headers[.cacheControl] == "no-store")
    }

    @Test func studentsSeeTheirOwnModelsOnly() async throws {
        let page = try await TestConsole().ask(.get, "/profiles/ml-2026", as: "ana").text
        #expect(page.contains("digits-ana"))
        #expect(!page.contains("digits-bruno"))
    }

    @Test func teachersSeeEverybodysModels() async throws {
        let page = try await TestConsole().ask(.get, "/profiles/ml-2026", as: "prof").text
        #expect(page.contains("digits-ana") && page.contains("digits-bruno"))
    }

    @Test func anotherStudentsModelIsRefused() async throws {
        #expect(
            try await TestConsole().ask(.get, "/profiles/ml-2026/models/digits-bruno", as: "ana").status == .forbidden)
    }

    @Test("a profile that is not theirs and one that is not there are refused in the same words")
    func profilesCannotBeFishedFor() async throws {
        let console = try TestConsole()
        let foreign = try await console.ask(.get, "/profiles/vision-lab", as: "ana")
        let missing = try await console.ask(.get, "/profiles/nothing-here", as: "ana")
        #expect(foreign.status == .notFound && missing.status == .notFound)
        #expect(foreign.text.replacing("vision-lab", with: "X") == missing.text.replacing("nothing-here", with: "X"))
    }

    @Test func whoIsNotSignedInIsLedThereAndBack() async throws {
        let answer = try await TestConsole().ask(.get, "/profiles/ml-2026?x=1")
        #expect(answer.status == .seeOther)
        #expect(answer.headers[.location] == "/login?to=%2Fprofiles%2Fml-2026%3Fx%3D1")
    }

    @Test func theLeaderboardShowsTheChangeSinceTheRoundBefore() async throws {
        let page = try await TestConsole().ask(
            .get, "/profiles/ml-2026/assignments/digits/rounds/2/leaderboard", as: "bruno"
        ).text
        #expect(page.contains("0.87 → 0.96"))
        #expect(page.contains("change-up"))
        #expect(page.contains("A call took longer than 10 seconds."))
    }

    @Test func numbersFollowTheLanguage() async throws {
        let page = try await TestConsole().ask(
            .get, "/profiles/ml-2026/assignments/digits/rounds/2/leaderboard?lang=es", as: "ana")
        #expect(page.text.contains("0,964"))
        #expect(page.headers[values: .setCookie].contains { $0.hasPrefix("bedel_lang=es;") })
    }

    @Test func aLeaderboardIsNotShownBeforeTheRoundIsFinished() async throws {
        var course = Course()
        course.addRound(3, .running, course.assignments[0], scores: ["digits-ana": (2, 0.9)])
        let console = try TestConsole(course)
        let address = "/profiles/ml-2026/assignments/digits/rounds/3"
        #expect(try await console.ask(.get, "\(address)/leaderboard", as: "ana").status == .conflict)
        let student = try await console.ask(.get, address, as: "ana").text
        #expect(student.contains("1 of 4 models done") && !student.contains("0.900"))
        let teacher = try await console.ask(.get, address, as: "prof").text
        #expect(teacher.contains("1 of 4 models done") && teacher.contains("0.900"))
        #expect(try await console.ask(.get, "/api/v1\(address)", as: "ana").text.contains("\"entries\":[]"))
        #expect(try await console.ask(.get, "/api/v1\(address)", as: "prof").text.contains("0.9"))
    }

    @Test func tryingAModelShowsItsAnswer() async throws {
        let answer = try await TestConsole().form("/profiles/ml-2026/models/digits-ana/try", as: "ana", "body=%7B%7D")
        #expect(answer.status == .ok)
        #expect(answer.text.contains("{&quot;data&quot;:{&quot;ndarray&quot;:[7]}}"))
    }

    @Test func aWaitingModelSaysItsPlaceInTheQueue() async throws {
        let page = try await TestConsole().ask(.get, "/profiles/ml-2026/models/forest-ana", as: "ana").text
        #expect(page.contains("1 job before it"))
        #expect(page.contains("data-events=\"/profiles/ml-2026/models/forest-ana/events"))
    }

    @Test func aNewTokenIsShownOnce() async throws {
        let console = try TestConsole()
        let made = try await console.form("/tokens", as: "ana", "name=laptop&scope-submit=1&days=30")
        #expect(made.status == .created)
        #expect(made.text.contains("_s3cret"))
        #expect(try await console.ask(.get, "/tokens", as: "ana").text.contains("laptop"))
        #expect(try await !console.ask(.get, "/tokens", as: "ana").text.contains("_s3cret"))
    }

    @Test func assetsAreKeptForEverUnderTheirVersion() async throws {
        let console = try TestConsole()
        let page = try await console.ask(.get, "/").text
        let link = try #require(
            page.split(separator: "href=\"").first { $0.contains("bedel.css") }?.prefix { $0 != "\"" })
        let style = try await console.ask(.get, String(link))
        #expect(style.headers[.cacheControl] == "public, max-age=31536000, immutable")
        #expect(style.headers[.contentType] == "text/css; charset=utf-8")
        #expect(try await console.ask(.get, "/assets/1/bedel.css").headers[.cacheControl] == "no-cache")
        #expect(try await console.ask(.get, "/assets/1/../../locales/en.txt").status == .notFound)
    }
}
