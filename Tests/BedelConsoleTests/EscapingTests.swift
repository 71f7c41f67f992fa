import BedelDomain
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import BedelConsole

@Suite("Text that students wrote")
struct EscapingTests {
    static let hostile = "<script>alert(1)</script>\"\u{301} onmouseover='x' &amp;"

    @Test func itIsEscapedWhereverItStands() async throws {
        var course = Course()
        let assignment = course.assignments[0]
        course.assignments[0] = Assignment(
            id: assignment.id, profile: assignment.profile, name: assignment.name, title: Self.hostile,
            description: Self.hostile, dataset: assignment.dataset, rowCount: 1, features: [Self.hostile],
            labelColumn: Self.hostile, metric: .accuracy, envelope: .standard, deadline: nil,
            createdBy: assignment.createdBy,
            createdAt: assignment.createdAt)
        for id in course.logs.keys {
            course.logs[id] = [LogLine(sequence: 1, at: FixedTime.now, source: .model, text: Self.hostile)]
        }
        let console = try TestConsole(course)
        for path in [
            "/profiles/ml-2026", "/profiles/ml-2026/assignments/digits", "/profiles/ml-2026/models/digits-ana",
        ] {
            let page = try await console.ask(.get, path, as: "prof").text
            #expect(!page.contains("<script>alert"))
            #expect(!page.unicodeScalars.contains("\"\u{301}".unicodeScalars))
            #expect(page.contains("&lt;script&gt;"))
        }
    }

    @Test("a quotation mark under a combining accent is still a quotation mark")
    func escapingGoesByBytes() {
        #expect(EscapedHTML.escape("\"\u{301}<\u{338}'") == "&quot;\u{301}&lt;\u{338}&#39;")
    }

    @Test func whatAnswerComesBackFromAModelIsEscaped() async throws {
        let page = try await TestConsole().form(
            "/profiles/ml-2026/models/digits-ana/try", as: "ana", "body=%3C/textarea%3E%3Cb%3E"
        ).text
        #expect(!page.contains("</textarea><b>"))
    }

    @Test func noTemplateHasAnUnescapedValueOrAnInlineStyleOrScript() throws {
        for (name, text) in try WebDirectory(path: "\(TestConsole.repository)/web").templates() {
            #expect(!text.contains("{{{") && !text.contains("{{&"), "\(name) has an unescaped value")
            #expect(!text.contains("style=\"") && !text.contains(" onclick="), "\(name) has something inline")
            #expect(!text.contains("<script>") && !text.contains("//cdn"), "\(name) has a script of its own")
        }
    }
}

extension String.UnicodeScalarView {
    fileprivate func contains(_ other: String.UnicodeScalarView) -> Bool {
        Array(self).map(\.value).firstRange(of: other.map(\.value)) != nil
    }
}
