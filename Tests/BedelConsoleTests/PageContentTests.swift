import BedelDomain
import Mustache
import Testing

@testable import BedelConsole

/// What a template makes of a value is what the library itself would make of it.
@Suite("What templates see")
struct PageContentTests {
    private struct Row: Sendable {
        let name: Label
        let score: Double?
        let isOwn: Bool
        let tags: [String]
    }

    private enum Kind: String, Sendable { case course, lab }

    private struct Page: Sendable {
        let title: String
        let rows: [Row]
        let none: [Row]
        let kind: Kind
        let owner: Row?
        let missing: Row?
        let words: [String: String]
        let count: Int64
        let frame: (link: String, label: Label)
    }

    private func page() throws -> Page {
        let name = { (text: String) in try #require(Label(text)) }
        return Page(
            title: "a <b> & c",
            rows: [
                Row(name: try name("ana"), score: 0.5, isOwn: true, tags: ["x", "y"]),
                Row(name: try name("ben"), score: nil, isOwn: false, tags: []),
            ],
            none: [], kind: .lab, owner: Row(name: try name("eva"), score: 1, isOwn: false, tags: ["z"]), missing: nil,
            words: ["hello": "hola"], count: -7, frame: (link: "/x", label: try name("ml-2026")))
    }

    @Test(arguments: [
        "{{title}} {{kind}} {{count}} {{frame.link}} {{frame.label}} {{words.hello}}{{words.nothing}}",
        "{{#rows}}{{name}}={{score}}{{^score}}-{{/score}}{{#isOwn}}!{{/isOwn}}{{#tags}}[{{.}}]{{/tags}} {{title}};{{/rows}}",
        "{{#rows}}{{#first()}}<{{/first()}}{{name}}{{#last()}}>{{/last()}}{{/rows}}",
        "{{#owner}}{{name}} {{score}} {{title}}{{/owner}}{{owner.name}}{{#owner.tags}}{{.}}{{/owner.tags}}",
        "{{#missing}}never{{/missing}}{{^missing}}nobody{{/missing}}{{missing.name}}{{unknown}}",
        "{{^none}}empty{{/none}}{{#none}}never{{/none}}{{#rows}}{{.title}}{{.name}}{{/rows}}",
    ])
    func asTheLibraryItselfSeesIt(_ text: String) throws {
        let page = try page()
        let template = try MustacheTemplate(string: text)
        let expected = template.render(page)
        #expect(!expected.isEmpty)
        #expect(template.render(PageContent(page)) == expected)
    }
}
