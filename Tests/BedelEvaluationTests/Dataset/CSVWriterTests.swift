import Testing

@testable import BedelEvaluation

@Suite("CSV writer")
struct CSVWriterTests {
    @Test(
        arguments: [
            (["a", "b"], "a,b\r\n"), (["", ""], ",\r\n"), (["a,b", "c\"d", "e\nf"], "\"a,b\",\"c\"\"d\",\"e\nf\"\r\n"),
            (["x\r\ny"], "\"x\r\ny\"\r\n"), (["ñ é"], "ñ é\r\n"),
        ] as [([String], String)])
    func recordsFollowTheRFC(_ fields: [String], _ text: String) {
        #expect(CSVWriter.text([fields]) == text)
    }

    @Test(arguments: [
        ("=1+1", "'=1+1"), ("=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\""), ("+1", "'+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-2+cmd|' /C calc'!A0", "'-2+cmd|' /C calc'!A0"), ("\t=1", "'\t=1"), ("\r=1", "\"'\r=1\""),
    ])
    func formulasBecomeText(_ field: String, _ text: String) {
        #expect(CSVWriter.text([[field]]) == text + "\r\n")
    }

    @Test(arguments: ["-ana", "@ana", "-", "ana-b", "ana@uni.example", "-ana@uni.example", "100.00"])
    func namesStayAsTheyAre(_ field: String) {
        #expect(CSVWriter.text([[field]]) == field + "\r\n")
    }
}
