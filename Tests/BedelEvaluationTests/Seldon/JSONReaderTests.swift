import Testing

@testable import BedelEvaluation

@Suite("Strict JSON reader")
struct JSONReaderTests {
    private func read(_ text: String) throws -> JSONValue { try JSONReader.value(of: Array(text.utf8)) }

    @Test(
        arguments: [
            ("null", .null), (" true ", .bool(true)), ("false", .bool(false)), ("3", .number("3")),
            ("3.0", .number("3.0")),
            ("-0.5e+10", .number("-0.5e+10")), ("\"3\"", .string("3")), ("[]", .array([])), ("{}", .object([:])),
            ("[1,[2]]", .array([.number("1"), .array([.number("2")])])),
            ("{\"a\":{\"b\":null}}", .object(["a": .object(["b": .null])])),
            (#""\"\\\/\b\f\n\r\t\u00e9\u20AC""#, .string("\"\\/\u{8}\u{C}\n\r\té€")),
            (#""\ud83d\ude00""#, .string("😀")),
            ("\"日本\"", .string("日本")), ("12345678901234567890123", .number("12345678901234567890123")),
            ("\r\n\t[ 1 , 2 ]\n", .array([.number("1"), .number("2")])),
        ] as [(String, JSONValue)])
    func valuesAreReadAsWritten(_ text: String, _ value: JSONValue) throws {
        #expect(try read(text) == value)
    }

    @Test(arguments: [
        "", " ", "nul", "NaN", "[NaN]", "Infinity", "-Infinity", "[1,]", "[,1]", "[1 2]", "{\"a\":1,}", "{a:1}",
        "{\"a\" 1}",
        "{\"a\":1,\"a\":2}", "01", "-", "1.", ".5", "+1", "1e", "0x1", "1 1", "\"", "\"a", "\"\\x\"", "\"\\u12\"",
        "\"\\u+123\"",
        "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\u0041\"", "\"\n\"", "[", "{", "{\"a\":", "]", "'a'", "// c\n1",
        "\u{FEFF}1", "TRUE",
        String(repeating: "[", count: 17) + String(repeating: "]", count: 17), String(repeating: "[", count: 200_000),
    ])
    func anythingElseIsRefused(_ text: String) {
        #expect(throws: JSONReader.Fault.self) { _ = try read(text) }
    }

    @Test func depthUpToTheBoundIsRead() throws {
        _ = try read(String(repeating: "[", count: 16) + String(repeating: "]", count: 16))
    }

    @Test func invalidUTF8IsRefused() {
        #expect(throws: JSONReader.Fault.self) { _ = try JSONReader.value(of: [0x22, 0xFF, 0x22]) }
        #expect(throws: JSONReader.Fault.self) { _ = try JSONReader.value(of: [0xFF]) }
    }

    @Test func faultSaysWhereAndWhy() {
        let fault = #expect(throws: JSONReader.Fault.self) { _ = try read("[1, NaN]") }
        #expect(fault?.offset == 7)
        #expect(fault?.reason.contains("NaN") == true)
    }

    @Test func writtenStringsAreReadBack() throws {
        for text in ["", "a\"b\\c", "\u{0}\u{1F}\n\t", "é😀", "</script>"] {
            #expect(try JSONReader.value(of: JSONText.string(text)) == .string(text))
        }
    }
}
