import BedelDomain
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import BedelConsole

@Suite("Class lists, closed doors, and who can do what")
struct MembersTests {
    private func upload(
        _ console: TestConsole, _ list: String, as login: String = "prof", language: String = "en"
    ) async throws -> String {
        let body =
            "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"l.csv\"\r\n\r\n\(list)\r\n--x--\r\n"
        return try await console.ask(
            .post, "/profiles/ml-2026/roster", as: login,
            headers: [.contentType: "multipart/form-data; boundary=x", .acceptLanguage: language], body: body
        ).text
    }

    @Test func aListIsTriedOutBeforeItIsDone() async throws {
        let console = try TestConsole()
        let page = try await upload(console, "usuario;rol\nana;alumna\nnew;docente\nbad one;x\n")
        #expect(page.contains("becomes a member") && page.contains("first sign-in") && page.contains("Left out:"))
        #expect(page.contains("2 lines fit. One does not and is left out."))
        let first = page.ranges(of: "Left out:").first?.lowerBound
        let member = page.ranges(of: "becomes a member").first?.lowerBound
        #expect(first.flatMap { first in member.map { first < $0 } } == true, "what is left out comes first")
        #expect(!console.calls.contains("enrol member.edit"))
        let done = try await console.form("/profiles/ml-2026/roster/apply", as: "prof", "text=login%0Aana%0A")
        #expect(done.status == .ok && console.calls.contains("enrol member.edit"))
        #expect(
            try await console.form("/profiles/ml-2026/roster/apply", as: "ana", "text=login%0Aana").status == .forbidden
        )
    }

    @Test func whatIsWrongWithALineIsSaidInTheReadersLanguage() async throws {
        let page = try await upload(
            TestConsole(), "login,role\nana,student\nana,student\nx y,student\neva,rector\n,student\n", language: "es")
        for words in [
            "«ana» ya está en la línea 2", "«x y» no es ni un usuario ni un correo", "«rector» no es ningún rol",
            "No nombra a nadie", "Una línea vale. 4 no valen",
        ] { #expect(page.contains(words), "\(words)") }
        let refused = try await upload(TestConsole(), "a,b\n1,2\n", language: "es")
        #expect(refused.contains("no nombra ninguna columna") && !refused.contains("The first line names"))
    }

    @Test func programsSendListsToo() async throws {
        let console = try TestConsole()
        let path = "/api/v1/profiles/ml-2026/roster"
        let tried = try await console.ask(.post, path, as: "prof", body: "login,role\nana,student\n,student\n")
        #expect(tried.text.contains(#""effect":"added""#) && tried.text.contains("Nobody is named."))
        #expect(!console.calls.contains("enrol member.edit"))
        _ = try await console.ask(.post, path + "?apply=true", as: "prof", body: "login\nana\n")
        #expect(console.calls.contains("enrol member.edit"))
        #expect(try await console.ask(.post, path, as: "prof", body: "ana").status == .badRequest)
    }

    @Test func whoeverIsKeptOutIsShownAndCanBeLetInAgain() async throws {
        let console = try TestConsole()
        let path = "/profiles/ml-2026/members"
        #expect(try await console.form("\(path)/ana/disable", as: "prof", "").status == .seeOther)
        #expect(try await console.ask(.get, path, as: "prof").text.contains("\(path)/ana/enable"))
        #expect(try await console.ask(.get, "/profiles/ml-2026", as: "ana").status == .notFound)
        #expect(try await console.form("\(path)/ana/enable", as: "prof", "").status == .seeOther)
        #expect(try await console.ask(.get, "/profiles/ml-2026", as: "ana").status == .ok)
        #expect(try await console.form("\(path)/nobody/disable", as: "prof", "").status == .notFound)
    }

    @Test func everyActionIsShownWithThePolicyThatDecides() async throws {
        let console = try TestConsole()
        let page = try await console.ask(.get, "/profiles/ml-2026/access?login=ana", as: "prof").text
        // These are about the platform or about oneself, not about the course.
        let others: Set<Action> = [
            .profileList, .profileCreate, .profileJoin, .tokenManage, .deviceApprove, .sessionEnd, .personView,
        ]
        for action in Action.allCases { #expect(page.contains("<code>\(action)</code>") != others.contains(action)) }
        // In words too, and with the person who is shown chosen in the list.
        #expect(page.contains("Hand in a model<br>") && page.contains("value=\"ana\" selected"))
        let stranger = try await console.ask(.get, "/profiles/ml-2026/access", as: "root").text
        #expect(stranger.contains("value=\"root\" selected"))
        #expect(page.contains("student.own-models") && page.contains("no policy allows it to this role"))
        #expect(
            try await console.ask(.get, "/profiles/ml-2026/access?login=nobody", as: "prof").status
                != .internalServerError)
        #expect(try await console.ask(.get, "/profiles/ml-2026/access", as: "ana").status == .forbidden)
        let spanish = try await console.ask(.get, "/profiles/ml-2026/access?login=ana&lang=es", as: "prof").text
        #expect(spanish.contains("Quién puede hacer qué") && spanish.contains("Entregar un modelo<br>"))
    }
}
