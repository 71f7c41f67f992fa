import BedelDomain
import Testing

@testable import BedelEvaluation

@Suite("Answers of models")
struct PredictionAnswerTests {
    private func labels(_ body: String, rows: Int, status: Int = 200) throws -> [String] {
        try PredictionAnswer.labels(in: ModelAnswer(status: status, body: Array(body.utf8)), rows: rows).map(\.text)
    }

    @Test(
        arguments: [
            (#"{"data":{"ndarray":[3,1]}}"#, ["3", "1"]), (#"{"data":{"ndarray":["3"," 1.0 "]}}"#, ["3", "1"]),
            (#"{"data":{"ndarray":[3.0,1e0]}}"#, ["3", "1"]),
            (#"{"data":{"names":[],"ndarray":[["a"],["b"]]}}"#, ["a", "b"]),
            (#"{"data":{"names":["t:0"],"ndarray":[[3],[1]]},"meta":{}}"#, ["3", "1"]),
            (#"{"data":{"ndarray":[true,false]}}"#, ["true", "false"]),
            (#"{"data":{"names":["a","b","c"],"ndarray":[[0.1,0.7,0.2],[0.5,0.5,0]]}}"#, ["b", "a"]),
            (#"{"data":{"names":[0,1],"ndarray":[[-5,2e1],[-1,-2]]}}"#, ["1", "0"]),
            (#"{"data":{"names":["t:1","t:0"],"ndarray":[[1,0],[0,1]]}}"#, ["t:1", "t:0"]),
            (#"{"data":{"tensor":{"shape":[2],"values":[3,1]}}}"#, ["3", "1"]),
            (#"{"data":{"tensor":{"shape":[2,1],"values":[3,1]}}}"#, ["3", "1"]),
            (#"{"data":{"names":["a","b"],"tensor":{"shape":[2,2],"values":[0.9,0.1,0.2,0.8]}}}"#, ["a", "b"]),
        ] as [(String, [String])])
    func formsOfTheProtocolAreRead(_ body: String, _ expected: [String]) throws {
        #expect(try labels(body, rows: 2) == expected)
    }

    @Test(arguments: [
        ("", "not JSON"), ("<html>", "not JSON"), (#"{"data":{"ndarray":[NaN,1]}}"#, "“NaN” is no JSON number"),
        ("[1,2]", "expected an object"),
        ("{}", "no “data”"), (#"{"data":[1,2]}"#, "“data” to be an object"), (#"{"data":{}}"#, "neither"),
        (#"{"strData":"1"}"#, "no “data”"),
        (#"{"data":{"ndarray":[1,2],"tensor":{"shape":[2],"values":[1,2]}}}"#, "both"),
        (#"{"data":{"ndarray":3}}"#, "“data.ndarray” to be an array"),
        (#"{"data":{"ndarray":[1]}}"#, "expected 2 rows, one for each row sent, but it has 1"),
        (#"{"data":{"ndarray":[1,2,3]}}"#, "but it has 3"),
        (#"{"data":{"ndarray":[]}}"#, "but it has 0"), (#"{"data":{"ndarray":[[1,2]]}}"#, "but it has 1"),
        (#"{"data":{"ndarray":[1,null]}}"#, "row 2 is no label: it is null"),
        (#"{"data":{"ndarray":[{},1]}}"#, "row 1 is no label: it is an object"),
        (#"{"data":{"ndarray":["","a"]}}"#, "row 1 is no label"),
        (#"{"data":{"ndarray":["a","nan"]}}"#, "row 2 is no label"),
        (#"{"data":{"ndarray":[[[1]],[[2]]]}}"#, "row 1 is no label"),
        (#"{"data":{"ndarray":[[],[]]}}"#, "row 1 is empty"),
        (#"{"data":{"names":["a","b"],"ndarray":[[1,2],[1]]}}"#, "row 2 has 1 values, but row 1 has 2"),
        (#"{"data":{"ndarray":[[0.1,0.9],[0.9,0.1]]}}"#, "has 0 class names"),
        (#"{"data":{"names":["a"],"ndarray":[[0.1,0.9],[0.9,0.1]]}}"#, "has 1 class names"),
        (#"{"data":{"names":["t:0","t:1"],"ndarray":[[0.1,0.9],[0.9,0.1]]}}"#, "no class names"),
        (#"{"data":{"names":["a","a"],"ndarray":[[0.1,0.9],[0.9,0.1]]}}"#, "repeated"),
        (#"{"data":{"names":["a",""],"ndarray":[[0.1,0.9],[0.9,0.1]]}}"#, "empty"),
        (
            #"{"data":{"names":["a","b"],"ndarray":[[0.1,"x"],[0.9,0.1]]}}"#,
            "row 1, column 2 should be a finite number, but it is a string"
        ),
        (#"{"data":{"names":["a","b"],"ndarray":[[0.1,0.2],[null,0.1]]}}"#, "row 2, column 1"),
        (#"{"data":{"names":["a","b"],"ndarray":[[0.1,1e999],[0,0.1]]}}"#, "row 1, column 2"),
        (#"{"data":{"names":"ab","ndarray":[1,2]}}"#, "“data.names” to be an array"),
        (#"{"data":{"names":[{}],"ndarray":[1,2]}}"#, "“data.names” to be a string"),
        (#"{"data":{"tensor":{"shape":[3],"values":[1,2]}}}"#, "does not fit"),
        (#"{"data":{"tensor":{"shape":[2,0],"values":[]}}}"#, "does not fit"),
        (#"{"data":{"tensor":{"shape":[9223372036854775807,2],"values":[1]}}}"#, "does not fit"),
        (#"{"data":{"tensor":{"shape":[-2],"values":[1,2]}}}"#, "number of rows"),
        (#"{"data":{"tensor":{"shape":[1,1,2],"values":[1,2]}}}"#, "number of rows"),
        (#"{"data":{"tensor":[1,2]}}"#, "needs the arrays"),
    ])
    func nonsenseIsTheModelsFaultAndToldPrecisely(_ body: String, _ part: String) throws {
        let error = try #require(throws: BedelError.self) { _ = try labels(body, rows: 2) }
        #expect(error.code == .modelAnswerInvalid && error.code.blame == .model)
        #expect(error.message.contains(part), "\(error.message)")
        #expect(error.next.contains("predict"))
    }

    @Test(arguments: [
        (404, BedelError.Code.modelAnswerInvalid), (204, .modelAnswerInvalid), (500, .modelCrashed),
        (503, .modelCrashed),
    ])
    func otherStatusesAreTyped(_ status: Int, _ code: BedelError.Code) throws {
        let body = #"{"data":{"ndarray":[1,2]}}"#
        let error = try #require(throws: BedelError.self) { _ = try labels(body, rows: 2, status: status) }
        #expect(error.code == code)
        #expect(error.message.contains("\(status)"))
    }

    /// A model that has read a hidden value must not be able to have it shown to its author.
    @Test(arguments: [
        "CANARY", #"{"CANARY":1}"#, #"{"data":"CANARY"}"#, #"{"data":{"ndarray":"CANARY"}}"#,
        #"{"data":{"ndarray":[{"CANARY":1},1]}}"#,
        #"{"data":{"ndarray":["CANARY\#(String(repeating: "x", count: 300))",1]}}"#,
        #"{"data":{"names":["a","b"],"ndarray":[["CANARY",1],[0,1]]}}"#,
        #"{"data":{"names":["CANARY","CANARY"],"ndarray":[[0,1],[0,1]]}}"#,
        #"{"data":{"names":{"CANARY":1},"ndarray":[1,2]}}"#,
        #"{"data":{"tensor":{"shape":["CANARY"],"values":[1,2]}}}"#,
        #"{"data":{"tensor":{"shape":[71,83],"values":[1,2]}}}"#,
        #"{"data":{"ndarray":[1,2]},"data":"CANARY"}"#,
    ])
    func noValueOfTheAnswerIsRepeated(_ body: String) throws {
        let error = try #require(throws: BedelError.self) { _ = try labels(body, rows: 2) }
        for text in [error.message, error.next, error.detail] {
            #expect(!text.contains("CANARY") && !text.contains("71") && !text.contains("83"))
        }
    }
}
