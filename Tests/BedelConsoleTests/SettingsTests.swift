import BedelDomain
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import BedelConsole

@Suite("A profile's settings")
struct SettingsTests {
    @Test func teachersEditWordsAndAdminsTheRest() async throws {
        let console = try TestConsole()
        let teacher = try await console.ask(.get, "/profiles/ml-2026/settings", as: "prof")
        #expect(teacher.status == .ok)
        #expect(!teacher.text.contains("/profiles/ml-2026/delete") && !teacher.text.contains("/profiles/ml-2026/quota"))
        let admin = try await console.ask(.get, "/profiles/ml-2026/settings", as: "root")
        #expect(admin.text.contains("/profiles/ml-2026/delete") && admin.text.contains("/profiles/ml-2026/quota"))
        #expect(try await console.ask(.get, "/profiles/ml-2026/settings", as: "ana").status == .forbidden)
        for path in ["state", "name", "delete", "quota"] {
            let answer = try await console.form(
                "/profiles/ml-2026/\(path)", as: "prof", "state=archived&name=x&of=profile")
            #expect(answer.status == .forbidden, "\(path)")
        }
        let saved = try await console.form("/profiles/ml-2026/settings", as: "prof", "title=ML&kind=lab")
        #expect(saved.headers[.location] == "/profiles/ml-2026/settings?done=profile-saved")
        #expect(console.calls.contains("audit profile.edit allowed"))
    }

    @Test func limitsAreShownAsBars() async throws {
        let console = try TestConsole()
        let set = try await console.form(
            "/profiles/ml-2026/quota", as: "root", "of=every-member&models=3&storage=&memory=2048")
        #expect(set.headers[.location] == "/profiles/ml-2026/settings?done=quota-set")
        let quotas = console.house.read { $0.quotas }
        #expect(quotas[.everyMember] == Quota([.models: 3, .memory: 2048 << 20]))
        let page = try await console.ask(.get, "/profiles/ml-2026", as: "ana")
        #expect(page.text.contains("3 of 3") && page.text.contains("<progress"))
        let spanish = try await console.ask(.get, "/profiles/ml-2026?lang=es", as: "ana")
        #expect(spanish.text.contains("3 de 3"))
    }

    @Test func aRefusalLeadsBackToTheForm() async throws {
        let console = try TestConsole()
        func refusal(from page: String) async throws -> String {
            try await console.ask(
                .post, "/profiles/ml-2026/quota", as: "root",
                headers: [.contentType: "application/x-www-form-urlencoded", .referer: page],
                body: "member=ana&models=2000000000"
            ).text
        }
        let path = "/profiles/ml-2026/settings?member=ana"
        let own = try await refusal(from: TestConsole.base + path)
        #expect(own.contains("href=\"\(path)\"") && own.contains("from 0 to 1000000000"))
        // Nobody else's page is where one came from, nor the one that is looked at.
        let stranger = try await refusal(from: "https://evil.example\(path)")
        #expect(!stranger.contains("Back to the page before"))
        let filter = "/admin/audit?outcome=maybe"
        let same = try await console.ask(
            .get, filter, as: "root", headers: [.referer: TestConsole.base + filter]
        ).text
        #expect(same.contains("no outcome") && !same.contains("Back to the page before"))
    }

    @Test func oneMembersLimitsStandOnTheSamePage() async throws {
        let console = try TestConsole()
        let path = "/profiles/ml-2026/settings"
        let list = try await console.ask(.get, path, as: "root").text
        #expect(list.contains("\(path)?member=ana#one-member") && !list.contains("id=\"one-member\""))
        let set = try await console.form("/profiles/ml-2026/quota", as: "root", "member=ana&models=7&memory=512")
        #expect(set.headers[.location] == "\(path)?member=ana&done=quota-set")
        let ana = try #require(console.house.read { $0.members.first { $0.login == "ana" }?.user })
        #expect(console.house.read { $0.quotas[.member(ana)] } == Quota([.models: 7, .memory: 512 << 20]))
        let page = try await console.ask(.get, "\(path)?member=ana", as: "root").text
        let field = "id=\"one-member-models\" name=\"models\" type=\"number\" min=\"0\" max=\"1000000000\""
        #expect(page.contains("\(field) value=\"7\""))
        #expect(page.contains("name=\"member\" value=\"ana\""))
        // Nobody here is called so, and the course's own limits are not meant.
        let nobody = try await console.form("/profiles/ml-2026/quota", as: "root", "member=profile&models=1")
        #expect(nobody.status == .notFound)
        #expect(console.house.read { $0.quotas[.profile]?[.models] } != 1)
        // Whoever may not set them is offered nothing, and nobody unknown has any.
        let teacher = try await console.ask(.get, "\(path)?member=ana", as: "prof").text
        #expect(!teacher.contains("one-member"))
        #expect(try await !console.ask(.get, "\(path)?member=nobody", as: "root").text.contains("id=\"one-member\""))
    }

    /// What is written in MiB is shown in MiB.
    @Test func useIsShownInTheUnitsOfTheLimits() async throws {
        let console = try TestConsole()
        _ = try await console.form(
            "/profiles/ml-2026/quota", as: "root", "of=every-member&memory=4096&cpu=4500&storage=100")
        let page = try await console.ask(.get, "/profiles/ml-2026", as: "ana").text
        #expect(page.contains("1536 of 4096 MiB") && page.contains("3 of 4.5 cores") && page.contains("0.1 of 100 MiB"))
    }

    @Test func aPausedCourseSaysSoAndOffersNoHandIn() async throws {
        let console = try TestConsole()
        #expect(try await console.form("/profiles/ml-2026/state", as: "root", "state=suspended").status == .seeOther)
        let page = try await console.ask(.get, "/profiles/ml-2026", as: "ana").text
        #expect(page.contains("suspended") && !page.contains("href=\"/profiles/ml-2026/hand-in\""))
        #expect(try await console.form("/profiles/ml-2026/state", as: "root", "state=lost").status == .badRequest)
    }

    @Test func deletingNeedsTheNameAndCanBeTakenBack() async throws {
        let console = try TestConsole()
        let id = try #require(console.house.read { $0.profiles.first { $0.name == Course.profile }?.id.rawValue })
        #expect(try await console.form("/profiles/ml-2026/delete", as: "root", "name=other").status == .badRequest)
        #expect(try await console.form("/profiles/ml-2026/delete", as: "root", "name=ml-2026").status == .seeOther)
        #expect(try await console.ask(.get, "/profiles/ml-2026", as: "root").status == .notFound)
        #expect(try await console.ask(.get, "/admin/profiles", as: "root").text.contains(id))
        #expect(try await console.form("/admin/profiles/restore", as: "root", "id=\(id)").status == .seeOther)
        #expect(try await console.ask(.get, "/profiles/ml-2026", as: "root").status == .ok)
    }

    @Test func programsDoTheSame() async throws {
        let console = try TestConsole()
        let quota = try await console.ask(
            .put, "/api/v1/profiles/ml-2026/quota", as: "root", body: #"{"of":"profile","limits":{"models":12}}"#)
        #expect(quota.status == .ok && quota.text.contains(#""limits":{"models":12}"#))
        let wrong = try await console.ask(
            .put, "/api/v1/profiles/ml-2026/quota", as: "root", body: #"{"of":"profile","limits":{"cars":12}}"#)
        #expect(wrong.status == .badRequest)
        let archived = try await console.ask(
            .put, "/api/v1/profiles/ml-2026/state", as: "root", body: #"{"state":"archived"}"#)
        #expect(archived.status == .ok && archived.text.contains(#""state":"archived""#))
        let late = try await console.ask(
            .put, "/api/v1/profiles/ml-2026/quota", as: "root", body: #"{"of":"profile","limits":{"models":1}}"#)
        #expect(late.status == .conflict && late.text.contains("archived"))
        let mine = try await console.ask(.get, "/api/v1/profiles/ml-2026/quota", as: "ana")
        #expect(mine.text.contains(#""of":"ana""#) && !mine.text.contains(#""of":"profile""#))
    }

    @Test(arguments: ["аdmin", "adm1n", "Machine%20Learning"])
    func misleadingNamesAreRefused(_ name: String) async throws {
        let console = try TestConsole()
        let answer = try await console.form("/admin/profiles", as: "root", "title=X&kind=course&name=\(name)")
        #expect([.badRequest, .conflict].contains(answer.status))
    }

    @Test func gitIsServedUnderTheFormerNameFromTheFirstPlace() async throws {
        let console = try TestConsole()
        let renamed = try await console.form("/profiles/ml-2026/name", as: "root", "name=ml")
        #expect(renamed.status == .seeOther)
        for name in ["ml", "ml-2026"] {
            let answer = try await console.ask(.get, "/git/\(name)/digits-ana.git/info/refs?service=x", as: "ana")
            #expect(answer.text == "GET ml/digits-ana /info/refs?service=x 0 in ml-2026", "\(answer.text)")
        }
    }

    @Test func adminsAloneTakeEverythingOut() async throws {
        let console = try TestConsole()
        for path in ["/profiles/ml-2026/export.tar", "/api/v1/profiles/ml-2026/export.tar"] {
            let answer = try await console.ask(.get, path, as: "root")
            #expect(answer.status == .ok && answer.text == "tar")
            #expect(answer.headers[.contentDisposition] == "attachment; filename=\"ml-2026.tar\"")
            #expect(try await console.ask(.get, path, as: "prof").status == .forbidden)
        }
        #expect(console.calls.contains("export ml-2026 with its trail by root"))
    }

    @Test func anArchivedCourseIsReadAndNotChangedByAnybody() async throws {
        var course = Course()
        course.profiles[0].state = .archived
        let console = try TestConsole(course)
        for login in ["prof", "root"] {
            let page = try await console.ask(.get, "/profiles/ml-2026/settings", as: login)
            #expect(page.status == .ok && !page.text.contains("name=\"title\""))
            let path = "/profiles/ml-2026"
            #expect(try await console.form(path + "/settings", as: login, "title=X&kind=lab").status == .conflict)
            #expect(try await console.form(path + "/members", as: login, "login=ana&role=teacher").status == .conflict)
        }
        let state = try await console.form("/profiles/ml-2026/state", as: "root", "state=active")
        #expect(state.status == .seeOther, "the one thing that an admin can do")
    }

    @Test func aTitleAloneGivesAName() async throws {
        let console = try TestConsole()
        let answer = try await console.form("/admin/profiles", as: "root", "title=Visión por computador&kind=course")
        #expect(answer.headers[.location]?.hasPrefix("/profiles/vision-por-computador/") == true)
    }

    @Test func anOldNameLeadsToTheNewOne() async throws {
        let console = try TestConsole()
        let renamed = try await console.form("/profiles/ml-2026/name", as: "root", "name=ml")
        #expect(renamed.headers[.location] == "/profiles/ml/settings?done=profile-renamed")
        let page = try await console.ask(.get, "/profiles/ml-2026/members?lang=es", as: "root")
        #expect(page.status == .permanentRedirect)
        #expect(page.headers[.location] == "/profiles/ml/members?lang=es")
        let api = try await console.ask(.get, "/api/v1/profiles/ml-2026/quota", as: "root")
        #expect(api.status == .ok)
    }
}
