import Testing

@testable import BedelEvaluation

@Suite("Requests to models")
struct PredictionRequestTests {
    @Test func bodyIsSeldonsOwn() {
        let body = PredictionRequest.body(names: ["a", "b \"c\""], rows: [Array("[1,2]".utf8), Array("[3,4]".utf8)])
        #expect(String(decoding: body, as: UTF8.self) == #"{"data":{"names":["a","b \"c\""],"ndarray":[[1,2],[3,4]]}}"#)
        #expect(PredictionRequest.path == "/api/v1.0/predictions")
    }
}
