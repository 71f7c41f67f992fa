import BedelDomain
import Testing

@Suite("Class labels")
struct ClassLabelTests {
    @Test(arguments: [
        ["1", "1.0", " 1 ", "+1", "01", "1e0", "10e-1", "1.", "\t1.000\r\n"], ["-1", "-1.0", "-01"],
        ["0", "-0", "0.0", "0e7"], ["0.5", ".5", "5e-1", "0.50"], ["true", "True", "TRUE"], ["setosa", " setosa\t"],
        ["caf\u{E9}", "cafe\u{301}"], ["1e60", "10e59", "1" + String(repeating: "0", count: 60)],
    ])
    func spellingsOfOneClassAreEqual(_ spellings: [String]) throws {
        let labels = try spellings.map { try #require(ClassLabel($0), "“\($0)”") }
        #expect(Set(labels).count == 1)
    }

    @Test(arguments: [
        ("1", "2"), ("1", "-1"), ("1", "1.0000000000000000000001"), ("setosa", "Setosa"), ("a b", "ab"), ("1", "1a"),
        ("9007199254740993", "9007199254740992"), ("0x1", "1"), ("1e", "1"), ("true", "1"), ("1,0", "1"),
    ])
    func differentClassesStayApart(_ a: String, _ b: String) throws {
        let (a, b) = (try #require(ClassLabel(a)), try #require(ClassLabel(b)))
        #expect(a != b)
    }

    @Test(arguments: ["", " ", "\u{A0}\t", "nan", "NaN", "-NaN", String(repeating: "x", count: 257)])
    func whatNamesNoClassIsRefused(_ text: String) {
        #expect(ClassLabel(text) == nil)
    }

    @Test(arguments: [
        ("5.10", "5.1"), ("+.5", "0.5"), ("007", "7"), ("-0.0", "0"), ("1e3", "1000"), ("12.5e1", "125"),
        ("1.5e60", "1.5e60"),
        ("1e-60", "1e-60"), ("120", "120"), ("0.00012", "0.00012"), ("1E+2", "100"),
    ])
    func numbersHaveOneSpelling(_ text: String, _ canonical: String) {
        #expect(DecimalSpelling.canonical(text) == canonical)
        #expect(DecimalSpelling.canonical(canonical) == canonical)
    }

    @Test(arguments: [
        "", ".", "+", "-", "e5", "1e", "1e+", "1e1234567890", "1 2", "NaN", "Infinity", "1_000", "0x10", "٣", "--1",
    ])
    func whatIsNoDecimalNumberHasNone(_ text: String) {
        #expect(DecimalSpelling.canonical(text) == nil)
    }
}
