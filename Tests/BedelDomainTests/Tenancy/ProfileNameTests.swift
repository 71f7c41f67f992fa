import BedelDomain
import Testing

@Suite("Names of profiles")
struct ProfileNameTests {
    @Test(
        arguments: [
            ("Machine Learning 2026", "machine-learning-2026"), ("ana.garcia@uni.example", "ana-garcia-uni-example"),
            ("Ñandú Ångström Straße", "nandu-angstrom-strasse"), ("Łukasz Œuvre Ærø", "lukasz-oeuvre-aero"),
            ("  --Visión..por__Computador--  ", "vision-por-computador"), ("ＭＬ ２０２６", nil), ("e\u{301}cole", "ecole"),
        ] as [(String, String?)])
    func textBecomesAReadableName(_ text: String, _ name: String?) {
        let proposal = ProfileName.proposal(for: text) { _ in false }
        if let name { #expect(proposal.rawValue == name) }
        #expect(ProfileName.proposal(for: text) { _ in false } == proposal)
    }

    @Test func whatIsTakenOrCutOrLeftOutGetsASuffixOfItsOwn() {
        let free = ProfileName.proposal(for: "Machine Learning") { _ in false }
        let second = ProfileName.proposal(for: "Machine Learning") { $0 == free }
        #expect(second != free && second.rawValue.hasPrefix("machine-learning-"))
        let long = "maximiliano.alejandro.fernandez-de-la-torre@students.informatics.university.example"
        let other = "maximiliano.alejandro.fernandez-de-la-torre@students.physics.university.example"
        let names = [long, other].map { ProfileName.proposal(for: $0) { _ in false } }
        #expect(names[0] != names[1])
        #expect(names.allSatisfy { $0.rawValue.utf8.count <= 40 })
        // Nothing of these can be written in a to z, yet they are two courses.
        #expect(ProfileName.proposal(for: "机器学习") { _ in false } != ProfileName.proposal(for: "计算机") { _ in false })
        #expect(ProfileName.proposal(for: "") { _ in false }.rawValue.hasPrefix("p-"))
    }

    @Test func tenThousandLoginsGetTenThousandNames() {
        var taken: Set<Label> = []
        for number in 0..<10_000 {
            let login = "Student.\(number % 100)@école-\(number / 100).example-university-of-applied-sciences.edu"
            taken.insert(ProfileName.proposal(for: login) { taken.contains($0) })
        }
        #expect(taken.count == 10_000)
    }

    @Test(arguments: [
        ("ml-2026", "m1-2o26"), ("lab", "1ab"), ("modern", "modem"), ("wave", "vvave"), ("ili", "1l1"), ("dog", "clog"),
    ])
    func namesTakenForEachOtherHaveOneSkeleton(_ one: String, _ other: String) throws {
        let names = try [one, other].map { try #require(Label($0)) }
        #expect(ProfileName.skeleton(of: names[0]) == ProfileName.skeleton(of: names[1]))
    }

    @Test func differentNamesKeepDifferentSkeletons() throws {
        let names = try ["ml-2026", "ml-2025", "lab", "lab-2", "vision"].map { try #require(Label($0)) }
        #expect(Set(names.map(ProfileName.skeleton)).count == names.count)
    }

    @Test(arguments: [
        ("аdmin", "cyrillic small letter a"), ("m\u{3BF}dels", "greek small letter omicron"),
        ("admin", "keeps for itself"),
        ("adm1n", "looks like “admin”"), ("1ogin", "looks like “login”"), ("Machine Learning", "cannot be the name"),
        ("-a", "cannot be the name"), ("", "cannot be the name"),
        (String(repeating: "a", count: 41), "cannot be the name"),
    ])
    func namesThatMisleadAreRefusedInWords(_ text: String, _ words: String) {
        #expect { try ProfileName.checked(text) } throws: { error in
            guard let error = error as? BedelError else { return false }
            return [.invalidName, .conflict].contains(error.code) && error.message.contains(words)
                && !error.next.isEmpty
        }
    }

    @Test func aGoodNameIsTakenAsItIs() throws {
        #expect(try ProfileName.checked("ml-2026").rawValue == "ml-2026")
    }
}
