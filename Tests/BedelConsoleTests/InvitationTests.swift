import BedelDomain
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import BedelConsole

@Suite("Invitation links on pages and in the API")
struct InvitationTests {
    @Test func aTeacherMakesALinkAndSeesItOnce() async throws {
        let console = try TestConsole()
        let made = try await console.form(
            "/profiles/ml-2026/invitation-links", as: "prof", "role=student&uses=5&days=3")
        #expect(made.status == .created && made.text.contains("http://bedel.test:8080/join/s3cret"))
        #expect(console.calls.contains("link student 5 3 by prof"))
        let list = try await console.ask(.get, "/profiles/ml-2026/invitation-links", as: "prof").text
        #expect(!list.contains("s3cret") && list.contains("3 of 30") && list.contains("used up"))
        #expect(list.contains("prof &lt;b&gt;"))
    }

    @Test(arguments: [
        "role=admin&uses=1&days=1", "role=student&uses=0&days=1", "role=student&uses=1&days=999", "uses=1",
    ])
    func linksNobodyCanMeanAreRefused(_ form: String) async throws {
        let console = try TestConsole()
        #expect(
            try await console.form("/profiles/ml-2026/invitation-links", as: "prof", form).status == .badRequest)
        #expect(!console.calls.contains { $0.hasPrefix("link ") })
    }

    @Test func studentsMakeNone() async throws {
        let console = try TestConsole()
        let answer = try await console.form(
            "/profiles/ml-2026/invitation-links", as: "ana", "role=teacher&uses=5&days=3")
        #expect(answer.status == .forbidden)
    }

    @Test func lookingUsesNothingUpAndOnlyTheButtonJoins() async throws {
        let console = try TestConsole()
        let page = try await console.ask(.get, "/join/s3cret", as: "root")
        #expect(page.status == .ok && page.text.contains("Role: Student"))
        #expect(!console.calls.contains { $0.hasPrefix("join") })
        let joined = try await console.form("/join/s3cret", as: "root", "")
        #expect(joined.status == .seeOther && joined.headers[.location] == "/profiles/ml-2026?done=joined")
        #expect(console.calls.contains("join ml-2026 root"))
        #expect(try await console.ask(.get, "/join/other", as: "root").status == .notFound)
        // Who is in already is simply led there.
        #expect(try await console.ask(.get, "/join/s3cret", as: "ana").headers[.location] == "/profiles/ml-2026")
    }

    @Test func aLinkWhoseMakerMayNotInviteSaysSoToBothSides() async throws {
        let console = try TestConsole()
        let list = try await console.ask(.get, "/profiles/ml-2026/invitation-links", as: "prof").text
        #expect(list.contains("does not hold") && list.contains("prof &lt;b&gt; may not let people in here any more"))
        #expect(list.ranges(of: "/revoke\"").count == 2, "of three, one is used up for good")
        let links = try await console.ask(.get, "/api/v1/profiles/ml-2026/invitation-links", as: "prof").text
        #expect(links.contains(#""state":"lapsed""#))
        for method in [HTTPRequest.Method.get, .post] {
            let answer =
                method == .get
                ? try await console.ask(.get, "/join/lapsed", as: "root")
                : try await console.form("/join/lapsed", as: "root", "")
            #expect(answer.status == .notFound && answer.text.contains("Whoever made this invitation may not let"))
            #expect(answer.text.contains("Ask a teacher of the course"))
        }
        let spanish = try await console.ask(.get, "/join/lapsed?lang=es", as: "root").text
        #expect(spanish.contains("Quien creó esta invitación") && spanish.contains("un profesor del curso"))
    }

    @Test func whoeverIsNotSignedInSignsInFirst() async throws {
        let answer = try await TestConsole().ask(.get, "/join/s3cret")
        #expect(answer.headers[.location]?.hasPrefix("/login?to=%2Fjoin%2Fs3cret") == true)
    }

    @Test func programsMakeAndWithdrawThemToo() async throws {
        let console = try TestConsole()
        let path = "/api/v1/profiles/ml-2026/invitation-links"
        let made = try await console.ask(.post, path, as: "prof", body: #"{"role":"assistant","uses":1}"#)
        #expect(made.status == .created && made.text.contains("join") && made.text.contains("s3cret"))
        #expect(console.calls.contains("link assistant 1 14 by prof"))
        let list = try await console.ask(.get, path, as: "prof").text
        #expect(list.contains(#""state":"used""#) && !list.contains("s3cret"))
        let id = House.link().id
        #expect(try await console.ask(.delete, "\(path)/\(id)", as: "prof").status == .noContent)
        #expect(console.calls.contains("withdraw link \(id)"))
    }
}
