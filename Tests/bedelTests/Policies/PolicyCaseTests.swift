import BedelDomain
import FoundationEssentials
import Testing

@testable import bedel

@Suite("Cases for policies")
struct PolicyCaseTests {
    private let authorizer: CedarAuthorizer
    private let directory: PolicyDirectory

    init() throws {
        directory = try PolicyDirectory()
        authorizer = try CedarAuthorizer(directory.folder.texts())
    }

    private func cases(_ text: String) throws -> [PolicyCase] {
        try directory.write(text, to: "cases.yaml")
        return try PolicyCase.read(directory.path + "/cases.yaml")
    }

    private func failures(_ text: String) throws -> [String] {
        try cases(text).flatMap { try $0.failures(authorizer).map(\.text) }
    }

    @Test func everyShippedCaseHolds() throws {
        let folder = PolicyDirectory.shipped + "/tests"
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".yaml") }
        #expect(files.count >= 6)
        for file in files {
            let cases = try PolicyCase.read("\(folder)/\(file)")
            #expect(try cases.flatMap { try $0.failures(authorizer).map(\.text) } == [], "\(file)")
        }
    }

    @Test func aWrongExpectationIsNamedWithWhatWasFound() throws {
        let failures = try failures(
            """
            - name: Wishes
              who: student
              on: model
              may: [model.retire]
              may-not: [model.view]
              because: scope
            - name: Fears
              who: teacher
              on: model
              may-not: [model.view]
            """)
        #expect(
            failures == [
                "Wishes: student, model.retire on model:here/digits is refused (role), expected allowed",
                "Wishes: student, model.view on model:here/digits is refused (role), expected refused (scope)",
                "Fears: teacher, model.view on model:here/digits is allowed by teacher.models, expected refused",
            ])
    }

    @Test(arguments: [
        ("may_not: [model.view]", "“may_not” is nothing that a case has"), ("whose: mine", "“whose” cannot be “mine”"),
        ("where: everywhere", "“where” cannot be “everywhere”"), ("because: mood", "“because” cannot be “mood”"),
        ("may: model.view", "is no list of cases"),
    ])
    func aCaseThatSaysSomethingElseIsRefused(_ line: String, _ part: String) throws {
        let error = try #require(throws: BedelError.self) {
            _ = try cases("- name: X\n  who: student\n  on: model\n  \(line)\n")
        }
        #expect(error.message.contains(part) && error.message.contains("cases.yaml"), "\(error.message)")
    }

    @Test(arguments: [
        ("who: boss\n  on: model\n  may: [model.view]", "“boss” is nobody"),
        ("who: student\n  on: modle\n  may: [model.view]", "“modle” is no kind"),
        ("who: student\n  on: model\n  may: [model.eat]", "“model.eat” is no action"),
        ("who: student\n  on: model\n  may: [model.view]\n  token: [look]", "“look” is no scope"),
        ("who: student\n  on: model", "asks nothing"),
    ])
    func aCaseAboutNothingThatExistsIsRefused(_ fields: String, _ part: String) throws {
        let error = try #require(throws: BedelError.self) { _ = try failures("- name: X\n  \(fields)\n") }
        #expect(error.message.contains(part), "\(error.message)")
    }

    @Test func aFileWithoutCasesIsRefused() {
        #expect(throws: BedelError.self) { _ = try cases("[]") }
        #expect(throws: BedelError.self) { _ = try cases("who: student") }
    }
}
