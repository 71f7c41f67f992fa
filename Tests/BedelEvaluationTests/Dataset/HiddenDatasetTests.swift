import BedelDomain
import Testing

@testable import BedelEvaluation

@Suite("Hidden data set")
struct HiddenDatasetTests {
    private func parse(_ text: String, _ limits: DatasetLimits = .standard) throws -> HiddenDataset {
        try HiddenDataset(csv: Array(text.utf8), limits: limits)
    }

    @Test func lastColumnIsTheLabelAndNumbersKeepTheirValue() throws {
        let dataset = try parse(
            "len,colour,kind\r\n5.10,red,setosa\r\n.5,\"dark \"\"red\"\"\",virginica\r\n-3, 7up,setosa\r\n")
        #expect(dataset.features == ["len", "colour"])
        #expect(dataset.labelColumn == "kind")
        #expect(dataset.truth.map(\.text) == ["setosa", "virginica", "setosa"])
        let rows = dataset.rows.map { String(decoding: $0, as: UTF8.self) }
        #expect(rows == [#"[5.1,"red"]"#, #"[0.5,"dark \"red\""]"#, #"[-3," 7up"]"#])
    }

    @Test func labelsAreInOneSpelling() throws {
        #expect(try parse("x,y\n1,1.0\n2, 0 \n3,01\n").truth.map(\.text) == ["1", "0", "1"])
    }

    @Test func textColumnMayHaveEmptyCells() throws {
        #expect(try parse("x,y\na,0\n,1\n").rows.map { String(decoding: $0, as: UTF8.self) } == [#"["a"]"#, #"[""]"#])
    }

    @Test func columnsNamedByNumbersAreAHeader() throws {
        #expect(try parse("0,1,label\n5,6,a\n7,8,b\n").features == ["0", "1"])
    }

    @Test(arguments: [
        ("", ["empty"]), ("x,y\n", ["0 rows"]), ("x,y\n1,2\n", ["1 rows"]), ("x\n1\n2\n", ["only one column"]),
        ("x;y\n1;2\n3;4\n", ["semicolons"]), ("1,2\n3,4\n5,6\n", ["first line", "data"]),
        ("x,,y\n1,2,a\n1,2,b\n", ["Line 1", "column 2"]), ("x,x,y\n1,2,a\n1,2,b\n", ["columns 1 and 2", "“x”"]),
        ("x,y\n1,a\n2,b,c\n", ["Line 3", "3 columns", "header has 2"]), ("x,y\n1,a\n\n2,b\n", ["Line 3", "1 column,"]),
        ("x,y\n1,a\n1a,b\n", ["Line 3", "“x”", "“1a” is not a number", "line 2"]),
        ("x,y\n1,a\n,b\n", ["Line 3", "“x”", "empty"]), ("x,y\nNaN,a\n1,b\n", ["Line 3", "“1” is a number"]),
        ("x,y\n1,a\n1e999,b\n", ["Line 3", "“x”", "too large"]), ("x,y\n1,a\n2,\n", ["Line 3", "“y”", "no label"]),
        ("x,y\n1,a\n2,NaN\n", ["Line 3", "“y”"]), ("x,y\n1,a\n2,a\n", ["same label", "“y”"]),
        ("x,y\n1,a\n2,a\n3,1\n4,1.0\nz,2\n", ["Line 6", "“x”"]),
    ])
    func mistakesAreNamedByLineAndColumn(_ text: String, _ parts: [String]) throws {
        let error = try #require(throws: BedelError.self) { _ = try parse(text) }
        #expect(error.code == .invalidDataset)
        for part in parts { #expect(error.message.contains(part), "\(error.message)") }
        #expect(!error.next.isEmpty)
    }

    @Test func lineNumbersCountBreaksInsideCells() throws {
        let error = try #require(throws: BedelError.self) { _ = try parse("x,y\n\"a\nb\",0\n5,1\n") }
        #expect(error.message.contains("Line 4"))
    }

    @Test func limitsHold() throws {
        let text = "x,y\n1,a\n2,b\n3,c\n"
        var limits = DatasetLimits.standard
        limits.size = 10
        #expect(throws: BedelError.self) { _ = try parse(text, limits) }
        limits = .standard
        limits.rows = 2
        #expect(throws: BedelError.self) { _ = try parse(text, limits) }
        limits.rows = 3
        #expect(try parse(text, limits).rows.count == 3)
        limits.classes = 2
        #expect(throws: BedelError.self) { _ = try parse(text, limits) }
        limits.classes = 3
        limits.features = 1
        #expect(try parse(text, limits).features.count == 1)
        #expect(throws: BedelError.self) { _ = try parse("x,z,y\n1,1,a\n2,2,b\n", limits) }
    }
}
