import BedelDomain
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import BedelConsole

@Suite("The audit page's filters and file")
struct AuditPageTests {
    @Test func aTeacherSeesTheTrailOfTheirCourseAndOfNoOther() async throws {
        let console = try TestConsole()
        let page = try await console.ask(.get, "/profiles/ml-2026/audit?profile=other&verify=1", as: "prof")
        #expect(page.status == .ok && page.text.contains("/profiles/ml-2026/audit.jsonl"))
        #expect(!page.text.contains("verify") && !page.text.contains("/admin/"))
        let file = try await console.ask(.get, "/profiles/ml-2026/audit.jsonl?profile=other", as: "prof")
        let wanted = Course().audit.count { $0.event.profile == Course.profile }
        #expect(wanted > 0 && file.text.split(separator: "\n").count == wanted)
        for path in ["/profiles/ml-2026/audit", "/profiles/ml-2026/audit.jsonl"] {
            #expect(try await console.ask(.get, path, as: "ana").status == .forbidden)
        }
        #expect(try await console.ask(.get, "/admin/audit", as: "prof").status == .forbidden)
    }

    @Test func everyRefusalIsInTheTrail() async throws {
        let console = try TestConsole()
        #expect(try await console.ask(.get, "/admin/audit", as: "ana").status == .forbidden)
        #expect(try await console.ask(.get, "/profiles/ml-2026/members", as: "ana").status == .forbidden)
        #expect(console.calls == ["audit audit.view denied", "audit member.list denied"])
    }

    @Test func fileHasWhatTheFilterLetsThrough() async throws {
        let console = try TestConsole()
        let all = try await console.ask(.get, "/admin/audit.jsonl", as: "root")
        #expect(all.headers[.contentDisposition] == "attachment; filename=\"audit.jsonl\"")
        let lines = all.text.split(separator: "\n")
        #expect(lines.count == Course().audit.count && lines.allSatisfy { $0.hasPrefix("{") && $0.hasSuffix("}") })
        let none = try await console.ask(.get, "/admin/audit.jsonl?from=1999-01-01&to=1999-12-31", as: "root")
        #expect(none.status == .ok && none.text.isEmpty)
        for outcome in AuditEvent.Outcome.allCases {
            let some = try await console.ask(.get, "/admin/audit.jsonl?outcome=\(outcome.rawValue)", as: "root").text
            let wanted = Course().audit.count { $0.event.outcome == outcome }
            #expect(some.split(separator: "\n").count == wanted, "\(outcome)")
        }
        #expect(try await console.ask(.get, "/admin/audit.jsonl", as: "prof").status == .forbidden)
    }

    @Test func pageKeepsTheFilterAndLinksToTheSameFile() async throws {
        let page = try await TestConsole().ask(
            .get, "/admin/audit?outcome=denied&from=2020-01-02&to=2099-03-04&actor=ana", as: "root"
        ).text
        #expect(page.contains("value=\"denied\" selected") && page.contains("value=\"2020-01-02\""))
        #expect(page.contains("/admin/audit.jsonl?profile=&amp;actor=ana&amp;action=&amp;outcome=denied&amp;from=2020"))
    }

    @Test(arguments: ["outcome=maybe", "from=yesterday", "to=2026-13-01", "from=2026-1-1"])
    func whatIsNoFilterIsRefused(_ query: String) async throws {
        #expect(try await TestConsole().ask(.get, "/admin/audit?\(query)", as: "root").status == .badRequest)
    }
}
