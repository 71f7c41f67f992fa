import BedelDomain
import Testing

@testable import bedel

@Suite("Asking why")
struct ExplainRequestTests {
    private func text(
        _ role: String, _ action: String, profile: String? = "ml-2026", _ resource: String? = nil,
        scopes: String? = nil, owner: String? = nil
    ) throws -> String {
        let authorizer = try CedarAuthorizer(PolicyFolder(path: PolicyDirectory.shipped).texts())
        let request = try ExplainRequest(
            action: action, profile: profile, resource: resource, scopes: scopes, owner: owner)
        let question = try request.question(asRole: role)
        return ExplanationText(question, authorizer.explain(question)).text
    }

    @Test func refusalSaysWhatFailedAndWhatWouldChangeIt() throws {
        let text = try text("student", "model.view", "model:digits")
        #expect(text.hasPrefix("somebody (student): model.view on model:ml-2026/digits (somebody else's)\nRefused"))
        #expect(text.contains("permit student.own-models (student.cedar:"))
        #expect(text.contains("`resource.owner == principal` is false"))
        #expect(text.contains("If the model were their own it would be allowed."))
        #expect(!text.contains("student.course"), "a policy about other actions is no near miss")
    }

    @Test func permissionShowsThePolicyAsWritten() throws {
        let text = try text("student", "model.view", "model:digits", owner: "self")
        #expect(text.contains("(their own)\nAllowed.") && text.contains("    when { resource has owner"))
    }

    @Test func tokenIsPartOfTheQuestion() throws {
        let text = try text("teacher", "grades.export", "round:digits/1", scopes: "read,submit")
        #expect(text.contains("with a token for read, submit") && text.contains("forbid token.without-evaluate"))
    }

    @Test func withoutAResourceItIsAboutTheProfileOrThePlatform() throws {
        #expect(try text("nobody", "profile.view").contains("profile.view on profile:"))
        #expect(try text("admin", "audit.view", profile: nil).contains("audit.view on platform:bedel\nAllowed."))
    }

    @Test(arguments: [
        ("boss", "model.view", "model:digits", "“boss”"), ("student", "model.eat", "model:digits", "“model.eat”"),
        ("student", "model.view", "modle:digits", "“modle”"), ("student", "model.view", "model", "has no name"),
    ])
    func namesThatDoNotExistAreSaidToBeSo(_ role: String, _ action: String, _ resource: String, _ part: String) throws {
        let error = try #require(throws: BedelError.self) { _ = try text(role, action, resource) }
        #expect(error.message.contains(part))
    }

    @Test func aModelIsInAProfile() {
        #expect(throws: BedelError.self) { _ = try text("student", "model.view", profile: nil, "model:digits") }
    }
}
