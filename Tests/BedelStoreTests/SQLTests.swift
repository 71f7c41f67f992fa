import BedelDomain
import Testing

@testable import BedelStore

@Suite("SQL")
struct SQLTests {
    @Test func valuesBecomeParametersAndNeverText() {
        let name = "'; DROP TABLE users; --"
        let sql: SQL = "SELECT * FROM users WHERE login = \(name) AND id = \(nil as String?)"
        let (text, values) = sql.rendered()
        #expect(text == "SELECT * FROM users WHERE login = $1 AND id = $2")
        #expect(values == [name, nil])
    }

    @Test func fragmentsBringTheirValuesAlong() {
        let condition: SQL = "a = \(1) AND b = \(true)"
        let (text, values) = ("SELECT \("x") WHERE \(condition) LIMIT \(5)" as SQL).rendered()
        #expect(text == "SELECT $1 WHERE a = $2 AND b = $3 LIMIT $4")
        #expect(values == ["x", "1", "true", "5"])
    }

    @Test(arguments: [[], [""], ["a", "b c"], ["\"", "\\", "{,}", "NULL", "ünïcode\n"], ["a,b", " "]] as [[String]])
    func arraysSurviveTheirTextForm(_ elements: [String]) {
        #expect(ArrayLiteral.elements(of: ArrayLiteral.text(of: elements)) == elements)
    }

    @Test func arraysAsTheServerWritesThemAreRead() {
        #expect(ArrayLiteral.elements(of: #"{plain,"with space",","}"#) == ["plain", "with space", ","])
    }

    @Test(arguments: ["", "{", "a", "{a", "{a,}", "{,a}", #"{"a}"#, "{NULL}", "{{a}}", #"{"a"b}"#])
    func whatIsNoArrayIsRefused(_ text: String) {
        #expect(ArrayLiteral.elements(of: text) == nil)
    }

    @Test func everyKindOfValueComesBackAsItWas() async throws {
        try await PrivatePostgres.shared().withDatabase { database in
            let early = Timestamp(microseconds: -62_000_000_000_000_001)
            try await database.withConnection { connection in
                let row = try #require(
                    try connection.first(
                        """
                        SELECT \(noon)::timestamptz AS time, \(early)::timestamptz AS early, \(0.1 + 0.2)::float8 AS number,
                            \(Int64.min)::bigint AS whole, \(true)::boolean AS truth, \(["a", "\"", ""])::text[] AS list,
                            \("ü'$1\\")::text AS text, \(nil as String?)::text AS nothing
                        """))
                #expect(try row.value("time") == noon)
                #expect(try row.value("early") == early)
                #expect(try row.value("number") == 0.1 + 0.2)
                #expect(try row.value("whole") == Int64.min)
                #expect(try row.value("truth") == true)
                #expect(try row.value("list") == ["a", "\"", ""])
                #expect(try row.value("text") == "ü'$1\\")
                #expect(try row.optional("nothing", as: String.self) == nil)
                #expect(throws: BedelError.self) { try row.value("nothing", as: String.self) }
                #expect(throws: BedelError.self) { try row.value("absent", as: String.self) }
                #expect(throws: BedelError.self) { try row.value("text", as: Int.self) }
            }
        }
    }

    @Test func aTextWithNULIsRefusedAndNotCutShort() async throws {
        try await PrivatePostgres.shared().withDatabase { database in
            await expectFailure(.invalidRequest) { try await database.execute("SELECT \("admin\0x")::text") }
        }
    }

    private static let difficult = ["", "\\N", "\\.", "a\tb\nc\rd\\e", "NULL", "ünï\u{1F393}", "'; DROP TABLE t; --"]

    @Test func whatIsCopiedComesBackAsItWas() async throws {
        try await PrivatePostgres.shared().withDatabase { database in
            try await database.withConnection { connection in
                try connection.execute("CREATE TEMP TABLE t (n int, text text, other text)")
                let rows = Self.difficult.enumerated().map { ["\($0.offset)", $0.element, nil] }
                try connection.copy(rows, into: "t (n, text, other)")
                let back = try connection.query("SELECT text, other FROM t ORDER BY n").map {
                    [try $0.optional("text", as: String.self), try $0.optional("other", as: String.self)]
                }
                #expect(back == Self.difficult.map { [$0, nil] })
                try connection.copy([], into: "t (n)")
            }
        }
    }

    @Test(arguments: ["x", "2147483648", "1"])
    func aRowThatDoesNotFitIsSaidAndTheConnectionGoesOn(_ number: String) async throws {
        try await PrivatePostgres.shared().withDatabase { database in
            try await database.withConnection { connection in
                try connection.execute("CREATE TEMP TABLE t (n int PRIMARY KEY)")
                #expect(throws: ServerFailure.self) { try connection.copy([["1"], [number], ["3"]], into: "t (n)") }
                #expect(throws: ServerFailure.self) { try connection.copy([["1"]], into: "t (m)") }
                #expect(try connection.first("SELECT count(*) AS n FROM t")?.value("n") == 0)
            }
        }
    }

    @Test func namesAndDigestsAreCheckedByTheDatabaseToo() async throws {
        try await PrivatePostgres.shared().withDatabase { database in
            let digit = { (count: Int) in String(repeating: "7", count: count) }
            let accepted = [("identifier", digit(26)), ("digest", digit(64)), ("label", "ml-2026")]
            let refused =
                [25, 27].map { ("identifier", digit($0)) } + [63, 65].map { ("digest", digit($0)) }
                + ["A", "i", "\n", " ", "ü"].map { ("identifier", digit(25) + $0) }
                + ["A", "g", "\n", " ", "ü"].map { ("digest", digit(63) + $0) }
                + ["", "-", "ML", "a--b", digit(41)].map { ("label", $0) }
            try await database.withConnection { connection in
                func cast(_ type: String, _ text: String) throws {
                    try connection.execute("SELECT \(text)::\(SQL(unsafe: type))")
                }
                for (type, text) in accepted { try cast(type, text) }
                for (type, text) in refused {
                    #expect(throws: ServerFailure.self, "\(type) \(text)") { try cast(type, text) }
                }
            }
        }
    }
}
