import Testing

@Suite("How the house tests read Swift")
struct SourceFileTests {
    @Test(
        arguments: [
            ("import Foo", "Foo"), ("package import Foo", "Foo"), ("@testable import Foo", "Foo"),
            ("@preconcurrency public import Foo.Bar", "Foo"), ("import struct Foo.Bar", "Foo"),
            ("    import Foo", "Foo"),
            ("importFoo", nil), ("let x = 1", nil), ("", nil), ("func import() {", nil),
        ] as [(String, String?)])
    func importsAreRecognised(_ line: String, _ module: String?) {
        #expect(SourceFile.module(imported: line) == module)
    }

    @Test func whatIsOnlyTalkedAboutIsNotCode() {
        let text = """
            import A // import B
            /* import C
            /* nested */ import D */
            let s = "import E"; let t = "\\"try!"
            let u = \"\"\"
                import F "quoted"
                \"\"\"
            let v = #"a "b" import G"#
            let w = "open
            import H
            """
        let file = SourceFile(path: "Sources/X/Y.swift", text: text)
        #expect(file.imports == ["A", "H"])
        #expect(file.lines.count == file.code.count)
        #expect(file.places { $0.contains("try!") }.isEmpty)
        #expect(file.target == "X")
    }
}
