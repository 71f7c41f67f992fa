import BedelDomain
import Testing

@Suite("Class lists")
struct RosterTests {
    private func people(_ text: String) throws -> [String] { try people(Array(text.utf8)) }

    private func people(_ bytes: [UInt8]) throws -> [String] {
        try Roster(parsing: bytes).lines.map { line in
            switch line.entry {
            case .person(let person, let role): "\(line.number) \(person) \(role.rawValue)"
            case .problem(let words): "\(line.number) \(words)"
            }
        }
    }

    @Test(arguments: [
        "login,role\nana,student\nEva,teacher\n", "Usuario;Rol\r\nana;Alumno\r\nEva;Profesora\r\n",
        "\u{FEFF}role\tlogin\nstudent\tana\nprofesor\tEVA",
        "sep=;\nlogin;role\n\"ana\";\"student\"\n\"eva\";\"docente\"",
        "Nombre,Nombre de usuario,Papel\n\"Ruiz, Ana\",ana,estudiante\n,eva,teacher\n",
        "login,role\n=\"ana\",student\n'eva,\u{A0}teacher\u{A0}\n",
    ])
    func everySpreadsheetsWayIsRead(_ text: String) throws {
        let found = try people(text).map { $0.split(separator: " ").dropFirst().joined(separator: " ") }
        #expect(found == ["ana student", "eva teacher"])
    }

    @Test func oldExcelAndUTF16AreRead() throws {
        let latin: [UInt8] =
            Array("Direcci".utf8) + [0xF3] + Array("n de correo;Funci".utf8) + [0xF3]
            + Array("n\nana@x.es;alumno\n".utf8)
        #expect(try people(latin) == ["2 ana@x.es student"])
        let units = "login\nañil\n".utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
        #expect(try people([0xFF, 0xFE] + units) == ["2 añil student"])
        #expect(
            try people([0xFE, 0xFF, 0, 0x6C] + "ogin\nana".utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }) == [
                "2 ana student"
            ])
    }

    @Test func oneBadLineNeverSpoilsTheRest() throws {
        let found = try people(
            "login,role\nana,\n,student\ntwo words,student\nANA,student\nbob,king\n\n\"x\ny\",student\nzoe,ta\n")
        #expect(found.count == 7)
        #expect(found.first == "2 ana student" && found.last == "10 zoe assistant")
        #expect(found[1] == "3 Nobody is named.")
        #expect(found[2].contains("neither a login nor a mail address"))
        #expect(found[3] == "5 “ana” stands in line 2 already.")
        #expect(found[4].contains("“king” is no role"))
        #expect(found[5].hasPrefix("8 "))
    }

    @Test(
        "a quote that nobody closed keeps to its line",
        arguments: [
            "login,role\n\"ana,student\nbob,student\nzoe,ta\n", "login,role\n\"ana,student\n\"bob\",student\nzoe,ta\n",
            "login,role\nana,\"student\nbob,\"student\"\nzoe,ta\n",
        ])
    func anOpenQuoteKeepsToItsLine(_ text: String) throws {
        let found = try people(text)
        #expect(found.count == 3 && found[0].hasPrefix("2 “"), "\(found)")
        #expect(found.dropFirst() == ["3 bob student", "4 zoe assistant"])
    }

    @Test func loginsGoBeforeMailAndMailStandsInForThem() throws {
        #expect(try people("email,login\na@x.es,ana\nb@x.es,\n") == ["2 ana student", "3 b@x.es student"])
    }

    @Test(arguments: ["", "ana\nbob\n", "name,role\nana,student\n", "login\n" + String(repeating: "a\n", count: 5001)])
    func whatIsNoListIsRefusedInWords(_ text: String) {
        #expect { try Roster(parsing: Array(text.utf8)) } throws: { ($0 as? BedelError)?.code == .invalidRequest }
    }

    @Test func thePlanSaysWhatEveryLineDoes() throws {
        let (ana, eva, bob) = (
            User.ID.random(at: Timestamp(seconds: 1)), User.ID.random(at: Timestamp(seconds: 1)),
            User.ID.random(at: Timestamp(seconds: 1))
        )
        let roster = try Roster(
            parsing: Array(
                "login,role\nana,student\neva,teacher\nbob@x.es,student\nnew,student\nold,student\nana@x.es,student\n"
                    .utf8))
        let plan = RosterPlan(
            roster,
            known: [
                .init(user: ana, login: "Ana", email: "ana@x.es", role: nil),
                .init(user: eva, login: "eva", email: "eva@x.es", role: .student),
                .init(user: bob, login: "bob", email: "Bob@x.es", role: .student),
            ], invited: ["old": .student])
        #expect(
            plan.outcomes.map(\.effect.word) == ["added", "changed", "unchanged", "invited", "unchanged", "problem"])
        #expect(plan.outcomes.map(\.user) == [ana, eva, bob, nil, nil, nil])
        #expect(plan.problemCount == 1)
    }
}
