import BedelDomain
import Testing

@testable import BedelConsole

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite("Locales")
struct LocaleTests {
    let web = WebDirectory(path: "\(TestConsole.repository)/web")

    @Test func bothLanguagesHaveTheSameKeysAndPlaceholders() throws {
        let locales = try web.locales()
        let english = try #require(locales[.english]).texts
        let spanish = try #require(locales[.spanish]).texts
        #expect(Set(english.keys).symmetricDifference(spanish.keys).isEmpty)
        for (key, text) in english {
            let other = spanish[key] ?? ""
            #expect(
                Set(LocaleFile.placeholders(in: text)) == Set(LocaleFile.placeholders(in: other)), "\(key) differs")
            #expect(!text.isEmpty && !other.isEmpty, "\(key) is empty")
        }
    }

    @Test("a refusal by quota names what is full and what to do about it", arguments: Quota.Unit.allCases)
    func quotaRefusalsNameTheirUnit(_ unit: Quota.Unit) throws {
        guard unit != .requestsPerSecond else { return }
        let check = QuotaCheck(
            isOneMember: true, allowance: Allowance(quota: Quota([unit: 3]), usage: Usage([unit: 3])),
            retirable: [Course.label("digits-ana")], helpers: ["prof"])
        let error = try #require(throws: BedelError.self) { try check.require(Usage([unit: 1])) }
        let spanish = Words(.spanish, try #require(try web.locales()[.spanish])).explain(error)
        let kind = ["models": "modelos", "cpu": "núcleos", "memory": "memoria"][unit.rawValue] ?? ""
        #expect(spanish.what.hasPrefix("Usa ") && spanish.what.contains(kind), "\(spanish.what)")
        #expect(spanish.next.contains("prof") && !spanish.next.contains("{{"), "\(spanish.next)")
        let english = Words(.english, try #require(try web.locales()[.english])).explain(error)
        #expect(english.what == error.message && english.next == error.next)
        // Without anybody to ask, the sentence is another one.
        let nobody = QuotaCheck(isOneMember: true, allowance: check.allowance, retirable: [], helpers: [])
        let refusal = try #require(throws: BedelError.self) { try nobody.require(Usage([unit: 1])) }
        let general = Words(.spanish, try #require(try web.locales()[.spanish])).explain(refusal)
        #expect(!general.next.isEmpty && !general.next.contains("{{"))
    }

    @Test func everyFailureIsExplained() throws {
        for (language, locale) in try web.locales() {
            for code in BedelError.Code.allCases {
                for part in ["", ".title", ".next"] {
                    #expect(locale.texts["error.\(code)\(part)"] != nil, "\(language): error.\(code)\(part)")
                }
            }
        }
    }

    @Test("every text that templates or code ask for is there, and every text is asked for")
    func keysAndUsesMatch() throws {
        let english = try #require(try web.locales()[.english]).texts
        var used = Set(try web.templates().values.flatMap { Templates.keys(in: $0) })
        var families: Set<String> = ["error.", "notice.", "time."]
        for text in try Self.sources() {
            for piece in text.split(separator: "words(\"").dropFirst()
                + text.split(separator: "words.count(\"").dropFirst()
                + text.split(separator: "self.count(seconds").dropFirst()
            {
                let key = piece.prefix { $0 != "\"" && $0 != "\\" }
                if piece.dropFirst(key.count).first == "\\" {
                    families.insert(String(key))
                } else {
                    used.insert(String(key))
                }
            }
        }
        for key in used where english[key] == nil {
            #expect(english["\(key).one"] != nil && english["\(key).other"] != nil, "unknown text \(key)")
        }
        for key in english.keys {
            let stem = key.replacing(".one", with: "").replacing(".other", with: "")
            let isUsed = used.contains(key) || used.contains(stem) || families.contains { key.hasPrefix($0) }
            #expect(isUsed, "nobody uses \(key)")
        }
    }

    @Test("every value of an enum that is shown has its word")
    func enumsHaveTheirWords() throws {
        let english = try #require(try web.locales()[.english]).texts
        var keys = Role.allCases.map { "role.\($0.rawValue)" } + Profile.Kind.allCases.map { "kind.\($0.rawValue)" }
        keys +=
            Version.State.allCases.map { "state.version.\($0.rawValue)" }
            + Version.Source.allCases.map { "source.\($0.rawValue)" }
        keys +=
            Round.State.allCases.map { "state.round.\($0.rawValue)" } + Metric.allCases.map { "metric.\($0.rawValue)" }
        keys += Scope.allCases.map { "scope.\($0.rawValue)" } + Runtime.allCases.map { "runtime.\($0.rawValue)" }
        keys +=
            RunnerCapabilities.Limit.allCases.map { "limit.\($0.rawValue)" }
            + Section.allCases.map { "menu.\($0.rawValue)" }
        for key in keys { #expect(english[key] != nil, "\(key) is missing") }
    }

    @Test("every action of the schema has its words in both languages")
    func actionsHaveTheirWords() throws {
        let schema = String(
            decoding: try WebDirectory.read("\(TestConsole.repository)/policies/bedel.cedarschema"), as: UTF8.self)
        // Groups of actions have no dot.
        let named = schema.split(separator: "\"").map(String.init).filter { text in
            text.contains(".") && text.allSatisfy { $0.isLowercase || $0 == "." || $0 == "-" }
        }
        let actions = Set(named)
        #expect(actions == Set(Action.allCases.map(\.rawValue)))
        for (language, locale) in try web.locales() {
            let texts = locale.texts.filter { $0.key.hasPrefix("action.") }
            #expect(
                Set(texts.keys) == Set(actions.map { "action.\($0)" }), "\(language): write what the action is in words"
            )
            #expect(Set(texts.values).count == texts.count, "\(language): two actions are called the same")
        }
    }

    @Test("a refusal whose kind says it all does not repeat itself in English; any other keeps the exact words")
    func englishStandsBesideATranslationOnlyWhereItSaysMore() throws {
        let locales = try web.locales()
        let spanish = Words(.spanish, try #require(locales[.spanish]), english: try #require(locales[.english]))
        let general = spanish.explain(BedelError(.forbidden, "Your role does not allow this.", next: "Ask."))
        #expect(general.what == "Su rol no permite esto." && general.original == nil)
        #expect(
            spanish.explain(BedelError(.forbidden, "Only on Sundays.", next: "Wait.")).original == "Only on Sundays.")
        let form = try #require(throws: BedelError.self) { try FormFields(parsing: "days=x").number("days", in: 1...9) }
        let explained = spanish.explain(form)
        #expect(explained.what.contains("«x»") && explained.original == nil && explained.next.contains("1 a 9"))
    }

    @Test func aTemplateWithAnUnknownTextIsRefusedByName() throws {
        let locales = try web.locales()
        #expect(throws: BedelError.self) { try Templates(files: ["page": "[[no.such.text]]"], locales: locales) }
    }

    @Test func aLineWithoutASignOrAKeyTwiceIsRefusedByLine() {
        #expect(throws: BedelError.self) { try LocaleFile(parsing: "a = b\nnonsense", name: "x") }
        let twice = #expect(throws: BedelError.self) { try LocaleFile(parsing: "a = b\n\na = c", name: "x") }
        #expect(twice?.message.contains("line 3") == true)
    }

    @Test(
        arguments: [
            ("es", nil, "en", Language.spanish), (nil, "es", "en", .spanish), (nil, nil, "es-AR,en;q=0.5", .spanish),
            (nil, nil, "en;q=0.3,es;q=0.9", .spanish), (nil, nil, "fr,de", .english), ("xx", "yy", nil, .english),
        ] as [(String?, String?, String?, Language)])
    func theLanguageIsChosen(_ query: String?, _ cookie: String?, _ header: String?, _ expected: Language) {
        #expect(Language.choose(query: query, cookie: cookie, acceptLanguage: header) == expected)
    }

    @Test func timesAreSaidInWords() throws {
        let words = Words(.english, try #require(try web.locales()[.english]))
        let now = FixedTime.now
        #expect(words.moment(now - .seconds(10), now: now).relative == "just now")
        #expect(words.moment(now - .seconds(60), now: now).relative == "1 minute ago")
        #expect(words.moment(now - .hours(5), now: now).relative == "5 hours ago")
        #expect(words.moment(now + .days(9), now: now).relative == "in 9 days")
        #expect(words.moment(now - .days(400), now: now).relative == "1 year ago")
        #expect(words.moment(now, now: now).exact == "2026-11-21 09:00 UTC")
    }

    @Test func numbersAreRoundedAndSpelledByLanguage() throws {
        let english = Words(.english, try #require(try web.locales()[.english]))
        let spanish = Words(.spanish, try #require(try web.locales()[.spanish]))
        #expect(english.decimal(0.8666, digits: 2) == "0.87")
        #expect(english.decimal(-1.005, digits: 1) == "−1.0")
        #expect(english.decimal(0.996, digits: 2) == "1.00")
        #expect(english.decimal(.nan, digits: 2) == "–")
        #expect(spanish.decimal(12.34, digits: 1) == "12,3")
        #expect(english.bytes(999) == "999 B")
        #expect(spanish.bytes(18_432) == "18,4 kB")
    }

    private static func sources() throws -> [String] {
        let root = "\(TestConsole.repository)/Sources/BedelConsole"
        return try FileManager.default.subpathsOfDirectory(atPath: root).filter { $0.hasSuffix(".swift") }.map {
            String(decoding: try WebDirectory.read("\(root)/\($0)"), as: UTF8.self)
        }
    }
}
