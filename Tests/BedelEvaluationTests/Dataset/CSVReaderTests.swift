import BedelDomain
import Testing

@testable import BedelEvaluation

@Suite("CSV reader")
struct CSVReaderTests {
    private static let limits = CSVReader.Limits(records: 100, fieldsPerRecord: 5, field: 50)

    private func read(_ text: String) throws -> [[String]] {
        try CSVReader.records(of: Array(text.utf8), limits: Self.limits).map(\.fields)
    }

    @Test(
        arguments: [
            ("a,b\r\n1,2\r\n", [["a", "b"], ["1", "2"]]), ("a,b\n1,2", [["a", "b"], ["1", "2"]]),
            ("\u{FEFF}a,b\r\n", [["a", "b"]]), ("a,\r\n,b\r\n,\r\n", [["a", ""], ["", "b"], ["", ""]]),
            ("\"a\",\"b,c\"\r\n", [["a", "b,c"]]), ("\"a \"\"b\"\"\",c\n", [["a \"b\"", "c"]]),
            ("\"\",\"\"\"\"\n", [["", "\""]]),
            ("\"line 1\r\nline 2\",b\r\n", [["line 1\r\nline 2", "b"]]), ("a,b\n\n\r\n\n", [["a", "b"]]), ("", []),
            ("\n", []),
            (" a , b \n", [[" a ", " b "]]), ("\"a\"", [["a"]]), ("a,\"b\"\r", [["a", "b"]]),
            ("é,日本\n", [["é", "日本"]]),
        ] as [(String, [[String]])])
    func recordsAreRead(_ text: String, _ expected: [[String]]) throws {
        #expect(try read(text) == expected)
    }

    @Test func linesAreCountedThroughQuotedBreaks() throws {
        let text = "h,i\n\"a\nb\",1\r\nc,2\n"
        #expect(try CSVReader.records(of: Array(text.utf8), limits: Self.limits).map(\.line) == [1, 2, 4])
    }

    @Test(arguments: [
        ("a,b\n1,\"2", "line 2 is never closed"), ("a,b\n1,2\"\n", "Line 2, column 2"),
        ("a\n\"b\"c\n", "Line 2, column 1"),
        ("a,b\r1,2\r", "Line 1 ends in a lone carriage return"), ("a\u{0},b\n", "zero byte"),
        ("1,2,3,4,5,6\n", "more than 5 columns"), (String(repeating: "x", count: 51), "longer than 50 bytes"),
        (String(repeating: "a\n", count: 101), "more than 100 lines"),
        ("\"\(String(repeating: "x\n", count: 99))", "Line"),
    ])
    func brokenFilesAreRefusedWithTheLine(_ text: String, _ part: String) throws {
        let error = try #require(throws: BedelError.self) { _ = try read(text) }
        #expect(error.code == .invalidDataset)
        #expect(error.message.contains(part) || part == "Line" && error.message.contains("line"), "\(error.message)")
        #expect(!error.next.isEmpty)
    }

    @Test(
        arguments: [
            [0x61, 0x2C, 0xFF, 0x0A], [0xFF, 0xFE, 0x61, 0x00], [0xFE, 0xFF, 0x00, 0x61], [0xC0, 0x80, 0x0A],
        ] as [[UInt8]])
    func otherEncodingsAreRefused(_ bytes: [UInt8]) throws {
        let error = try #require(throws: BedelError.self) { _ = try CSVReader.records(of: bytes, limits: Self.limits) }
        #expect(error.message.contains("UTF-"))
    }

    @Test func whatTheWriterWritesTheReaderReads() throws {
        let records = [["a", "b,c", "d\"e"], ["", "x\r\ny", "ñ"], ["1", "\"", "\n"]]
        #expect(
            try read(CSVWriter.text(records)) == [["a", "b,c", "d\"e"], ["", "x\r\ny", "ñ"], ["1", "\"", "'\n"]])
    }
}
