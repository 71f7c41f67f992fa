import Testing

@testable import BedelIdentity

@Suite("JSON")
struct JSONTests {
    @Test func valueSurvivesItsText() throws {
        let value: JSONValue = [
            "a": .integer(1_795_232_856), "b": ["x", .null, .bool(true), .number(1.5)], "é\n\"\\\u{1}": .object([:]),
        ]
        #expect(JSONReader.read(Array(value.text.utf8)) == value)
    }

    @Test func everyEscapeIsRead() {
        let text = #"["\"\\\/\b\f\n\r\t","\u00e9\uD83D\uDE00"]"#
        #expect(JSONReader.read(Array(text.utf8)) == ["\"\\/\u{8}\u{C}\n\r\t", "é😀"])
    }

    @Test(arguments: [
        "", " ", "{", "}", "[1,]", "{\"a\":1,}", "{\"a\" 1}", "{a:1}", "01", "1.", ".5", "+1", "1e", "1e999", "--1",
        "NaN",
        "Infinity", "tru", "nul", "\"", "\"\n\"", "\"\\x\"", "\"\\u12\"", "\"\\uD800\"", "\"\\uDC00\"",
        "\"\\uD800\\u0041\"",
        "\"\\u0000\"", "1 2", "{}{}", "{} x", "{\"alg\":\"RS256\"}\u{0}x", "{}\u{0}", "\u{FEFF}{}", "'a'", "[1 2]",
        "{\"a\":1 \"b\":2}",
        "/*c*/1",
    ])
    func whatHasNoSingleMeaningIsRefused(text: String) {
        #expect(JSONReader.read(Array(text.utf8)) == nil)
    }

    @Test(arguments: [#"{"alg":"none","alg":"RS256"}"#, #"{"a":1,"a":2}"#, #"{"x":{"y":1,"y":1}}"#])
    func nameTwiceIsRefused(text: String) {
        #expect(JSONReader.read(Array(text.utf8)) == nil)
    }

    @Test(arguments: [[0x22, 0xFF, 0x22], [0x22, 0xC0, 0xAF, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22]] as [[UInt8]])
    func whatIsNotUTF8IsRefused(bytes: [UInt8]) {
        #expect(JSONReader.read(bytes) == nil)
    }

    @Test func depthHasAnEnd() {
        func nested(_ depth: Int) -> [UInt8] {
            Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
        }
        #expect(JSONReader.read(nested(JSONReader.maximumDepth)) != nil)
        #expect(JSONReader.read(nested(JSONReader.maximumDepth + 2)) == nil)
        #expect(JSONReader.read(nested(100_000)) == nil)
    }

    @Test func integerIsAWholeNumberOnly() {
        #expect(JSONValue.number(2.0e9).integer == 2_000_000_000)
        #expect(JSONValue.number(1.5).integer == nil)
        #expect(JSONValue.number(1e300).integer == nil)
        #expect(JSONValue.string("7").integer == nil)
    }
}
