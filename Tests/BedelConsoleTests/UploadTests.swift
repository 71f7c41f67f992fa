import BedelDomain
import HTTPTypes
import HummingbirdTesting
import Synchronization
import Testing

@testable import BedelConsole

@Suite("Uploads")
struct UploadTests {
    static let type = "multipart/form-data; boundary=----x7"

    static func part(_ name: String, _ value: String, file: String? = nil) -> String {
        let fileName = file.map { "; filename=\"\($0)\"" } ?? ""
        return "------x7\r\nContent-Disposition: form-data; name=\"\(name)\"\(fileName)\r\n\r\n\(value)\r\n"
    }

    static let end = "------x7--\r\n"

    private func upload(_ console: TestConsole, _ body: String) async throws -> TestResponse {
        try await console.ask(
            .post, "/profiles/ml-2026/hand-in", as: "ana", headers: [.contentType: Self.type], body: body)
    }

    @Test func theFormHandsTheFileToTheIntake() async throws {
        let console = try TestConsole()
        let answer = try await upload(
            console,
            Self.part("model", "digits-ana") + Self.part("assignment", "digits")
                + Self.part("file", "PK\r\n--bytes", file: "m.zip") + Self.end)
        #expect(answer.status == .seeOther)
        #expect(answer.headers[.location] == "/profiles/ml-2026/models/digits-ana?done=handed-in")
        #expect(console.calls == ["receive ml-2026/digits-ana digits web"])
        #expect(console.house.uploads.withLock { $0 } == [Array("PK\r\n--bytes".utf8)])
    }

    @Test func whoeverIsOverTheirQuotaIsLedToWhatTheyCanRetire() async throws {
        let console = try TestConsole()
        _ = try await console.form("/profiles/ml-2026/quota", as: "root", "of=every-member&models=3")
        let one = Self.part("model", "one-more") + Self.part("file", "PK", file: "m.zip") + Self.end
        let answer = try await upload(console, one)
        #expect(answer.status == .conflict && answer.text.contains("3 of 3 models used by you"))
        for model in ["digits-ana", "tree-ana", "forest-ana"] {
            #expect(answer.text.contains("href=\"/profiles/ml-2026/models/\(model)#end\">Retire \(model)</a>"))
        }
        let page = try await console.ask(.get, "/profiles/ml-2026/models/digits-ana", as: "ana").text
        #expect(page.contains("id=\"end\"") && page.contains("/profiles/ml-2026/models/digits-ana/retire"))
        let spanish = try await console.ask(
            .post, "/profiles/ml-2026/hand-in?lang=es", as: "ana", headers: [.contentType: Self.type], body: one
        ).text
        #expect(spanish.contains("Usa 3 de 3 modelos") && spanish.contains("Retirar digits-ana"))
        #expect(!spanish.contains("models used by you"), "said once is enough")
        let again = Self.part("model", "digits-ana") + Self.part("file", "PK", file: "m.zip") + Self.end
        #expect(try await upload(console, again).status == .seeOther)
    }

    @Test func aBadNameIsRefusedBeforeTheFileIsRead() async throws {
        let console = try TestConsole()
        let answer = try await upload(
            console, Self.part("model", "Not A Name") + Self.part("file", "x", file: "m.zip") + Self.end)
        #expect(answer.status == .badRequest)
        #expect(console.calls.isEmpty)
    }

    @Test(arguments: [
        ("no file", part("model", "a") + end), ("cut off", part("model", "a") + part("file", "PK", file: "m.zip")),
        ("a field after the file", part("model", "a") + part("file", "PK", file: "m.zip") + part("late", "x") + end),
        ("no part at all", end), ("nothing", ""),
    ])
    func whatIsNoUploadIsRefused(_ name: String, _ body: String) async throws {
        #expect(try await upload(try TestConsole(), body).status == .badRequest, "\(name)")
    }

    @Test func fieldsAreBounded() async throws {
        let answer = try await upload(
            try TestConsole(),
            Self.part("model", String(repeating: "a", count: MultipartReader.fieldLimit + 1)) + Self.end)
        #expect(answer.status == .contentTooLarge)
        let many = (0..<60).map { Self.part("f\($0)", "x") }.joined()
        #expect(try await upload(try TestConsole(), many + Self.end).status == .badRequest)
    }

    @Test func theIntakesLimitEndsTheUpload() async throws {
        let answer = try await upload(
            try TestConsole(),
            Self.part("model", "digits-ana") + Self.part("file", String(repeating: "z", count: 5 << 20), file: "m.zip")
                + Self.end)
        #expect(answer.status == .contentTooLarge)
    }

    @Test func theAPITakesTheBodyAsItIs() async throws {
        let console = try TestConsole()
        let answer = try await console.ask(
            .post, "/api/v1/profiles/ml-2026/models/digits-ana/versions?assignment=digits", as: "token:ana:submit",
            fromPage: false, headers: [.contentType: "application/zip"], body: "PKzip")
        #expect(answer.status == .created)
        #expect(answer.headers[.location] == "\(TestConsole.base)/api/v1/profiles/ml-2026/models/digits-ana/versions/3")
        #expect(
            answer.text.contains(#""receipt":"eyJ"#) && answer.text.contains(#""received_at":"2026-11-21T09:00:00Z""#))
        #expect(console.calls == ["receive ml-2026/digits-ana digits api"])
    }

    @Test func aTokenWithoutTheScopeIsRefused() async throws {
        let console = try TestConsole()
        let answer = try await console.ask(
            .post, "/api/v1/profiles/ml-2026/models/digits-ana/versions", as: "token:ana:read", fromPage: false,
            body: "PK")
        #expect(answer.status == .forbidden)
        #expect(answer.text.contains("“submit”"))
        #expect(console.calls.isEmpty)
    }

    @Test func aBuildIsStoppedByItsOwnerAndByNobodyElsesHand() async throws {
        let console = try TestConsole()
        let stop = "/profiles/ml-2026/models/digits-ana/versions/1/stop"
        #expect(try await console.ask(.post, stop, as: "bruno").status == .forbidden)
        // The first version is built already.
        #expect(try await console.ask(.post, stop, as: "ana").status == .conflict)
    }

    @Test func aRefusalOfSomethingPrivilegedIsNoted() async throws {
        let console = try TestConsole()
        let answer = try await console.ask(.post, "/profiles/ml-2026/assignments/digits/rounds", as: "ana")
        #expect(answer.status == .forbidden)
        #expect(console.calls == ["audit round.start denied"])
    }

    @Test func anotherStudentsModelTakesNothing() async throws {
        let answer = try await TestConsole().ask(
            .post, "/api/v1/profiles/ml-2026/models/digits-bruno/versions", as: "token:ana:submit", fromPage: false,
            body: "PK")
        #expect(answer.status == .forbidden)
    }

    @Test func anAssignmentComesWithItsHiddenData() async throws {
        let console = try TestConsole()
        let answer = try await console.ask(
            .post, "/profiles/ml-2026/assignments", as: "prof", headers: [.contentType: Self.type],
            body: Self.part("title", "Cars") + Self.part("name", "cars") + Self.part("metric", "macro-f1")
                + Self.part("deadline", "2026-12-01T12:00") + Self.part("dataset", "a,b\n1,2\n", file: "d.csv")
                + Self.end)
        #expect(answer.headers[.location] == "/profiles/ml-2026/assignments/cars?done=assignment-created")
        #expect(console.calls == ["createAssignment cars macro-f1 8"])
    }

    @Test func aDataSetBeyondTheLimitIsRefused() async throws {
        let answer = try await TestConsole().ask(
            .post, "/profiles/ml-2026/assignments", as: "prof", headers: [.contentType: Self.type],
            body: Self.part("title", "Cars") + Self.part("name", "cars")
                + Self.part("dataset", String(repeating: "1,2\n", count: 300_000), file: "d.csv") + Self.end)
        #expect(answer.status == .contentTooLarge)
    }

    @Test func gitPassesThroughBothWays() async throws {
        let console = try TestConsole()
        let answer = try await console.ask(
            .post, "/git/ml-2026/digits-ana.git/git-receive-pack?x=1", as: "token:ana:submit", fromPage: false,
            body: "pack")
        #expect(answer.text == "POST ml-2026/digits-ana /git-receive-pack?x=1 4")
        let nobody = try await console.ask(.get, "/git/ml-2026/digits-ana.git/info/refs?service=git-receive-pack")
        #expect(nobody.status == .unauthorized)
        #expect(nobody.headers[.wwwAuthenticate] == "Basic realm=\"Bedel access token\"")
    }
}

@Suite("Taking multipart bodies apart")
struct MultipartParserTests {
    static let body =
        "preamble\r\n--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\r\n--b\r\nContent-Disposition: form-data; "
        + "name=\"f\"; filename=\"x.zip\"\r\nContent-Type: application/zip\r\n\r\none\r\n--a\r\ntwo\r\n--b--\r\nepilogue"

    @Test("the same comes out however the bytes are cut", arguments: [1, 2, 3, 7, 16, 1000])
    func chunksDoNotMatter(_ size: Int) throws {
        var parser = try MultipartParser(contentType: "multipart/form-data; boundary=\"b\"")
        let bytes = Array(Self.body.utf8)
        var parts: [String] = []
        var data: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            parser.feed(Array(bytes[start..<min(start + size, bytes.count)]))
            while let event = try parser.next() {
                switch event {
                case .part(let name, let file): parts.append("\(name)/\(file ?? "-")")
                case .data(let piece): data += piece
                case .endOfPart: data += Array("|".utf8)
                case .end: parts.append("end")
                }
            }
        }
        #expect(parts == ["a/-", "f/x.zip", "end"])
        #expect(String(decoding: data, as: UTF8.self) == "|one\r\n--a\r\ntwo|")
        #expect(parser.isFinished)
    }

    @Test(arguments: [
        "text/plain", "multipart/form-data", "multipart/form-data; boundary=", "application/x; boundary=b",
    ])
    func whatIsNoFormIsRefused(_ type: String) {
        #expect(throws: BedelError.self) { try MultipartParser(contentType: type) }
    }

    @Test func anEndlessHeaderIsRefused() throws {
        var parser = try MultipartParser(contentType: "multipart/form-data; boundary=b")
        parser.feed(Array("--b\r\nX: \(String(repeating: "y", count: MultipartParser.headerLimit))".utf8))
        #expect(throws: BedelError.self) { while try parser.next() != nil {} }
    }
}
