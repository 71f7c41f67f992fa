import Testing

@testable import BedelIdentity

@Suite("Where people go after signing in")
struct ReturnPathTests {
    @Test(arguments: [
        "/", "/profiles/ml-2026", "/profiles/ml-2026/models/digits?tab=logs&after=12", "/a/b/", "/x?next=%2Fy",
        "/a.b/c~d/e_f",
        "/docs/v1.0/", "/x?q=a+b",
    ])
    func pathOfOursIsKept(path: String) {
        #expect(ReturnPath.sanitised(path) == path)
    }

    @Test(arguments: [
        "", "profiles", "//evil.example", "///evil.example", "/\\evil.example", "/\t/evil.example", "/%09/evil.example",
        "/%5Cevil.example", "/%2Fevil.example", "/%252Fevil.example", "/%2f%2fevil.example", "https:evil.example",
        "javascript:alert(1)", "/a//b", "/a/../b", "/..//evil.example", "/.//evil.example", "/%2e%2e//evil.example",
        "/a\r\nSet-Cookie: x",
        "/%0d%0aSet-Cookie:x", "/%00", "/é", "/\u{2215}evil.example", "/％2f", "/a%", "/a%2", "/a%zz", "/a#b", "/a b",
        "/a;b", "/a'b",
        "/<script>", "/{x}", "/" + String(repeating: "a", count: 1024),
    ])
    func anythingElseBecomesTheFirstPage(path: String) {
        #expect(ReturnPath.sanitised(path) == "/")
    }

    @Test(
        "the open-redirect lists: 0 escapes",
        .enabled(if: Vectors.exist("open-redirects-834.txt"), "the lists are not beside the package"),
        arguments: ["open-redirects-834.txt", "open-redirects-559.txt"])
    func noneOfTheListsEscapes(list: String) throws {
        let lines = try Vectors.lines(list)
        #expect(lines.count > 500)
        let escapes = lines.flatMap { [$0, unescaped($0), unescaped(unescaped($0))] }.filter { line in
            Browser.leaves(ReturnPath.sanitised(line)) || Browser.leaves(unescaped(ReturnPath.sanitised(line)))
        }
        #expect(escapes.isEmpty)
        // The judge itself must be able to find an escape.
        #expect(lines.filter(Browser.leaves).count > 100)
    }

    private func unescaped(_ text: String) -> String {
        FormEncoding.decode("x=" + text.replacing("&", with: "%26"))?.first?.value ?? text
    }
}

/// Where a browser goes from one of our pages, as far as it matters: it drops tabs and line breaks, trims controls and
/// spaces, takes `\` for `/`, and leaves when two slashes or a scheme come first (WHATWG URL, section 4.4).
private enum Browser {
    static func leaves(_ location: String) -> Bool {
        let scalars = location.unicodeScalars.filter { !["\t", "\n", "\r"].contains($0) }.drop { $0.value <= 0x20 }
        let text = String(String.UnicodeScalarView(scalars)).replacing("\\", with: "/")
        if text.hasPrefix("//") { return true }
        let scheme = text.prefix { $0 != ":" && $0 != "/" && $0 != "?" && $0 != "#" }
        return text.dropFirst(scheme.count).first == ":" && scheme.first?.isLetter == true
    }
}
