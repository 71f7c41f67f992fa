import Cedar
import Testing

@Suite("Templates") struct TemplateTests {
    private func share() throws -> PolicySet {
        try PolicySet(parsing: #"@id("share") permit(principal in ?principal, action, resource == ?resource);"#)
    }

    @Test func aTemplateAloneDecidesNothing() throws {
        let policies = try share()
        #expect(policies.policies.isEmpty)
        #expect(policies.templates.map(\.slots) == [[.principal, .resource]])
        #expect(!policies.decide(try Lab.request(), try Lab.entities()).isAllowed)
    }

    @Test func aLinkedTemplateDecides() throws {
        let policies = try share().linking(
            "share", as: "iris for students", slots: [.principal: Lab.students, .resource: Lab.model])
        let entities = try Lab.entities()
        #expect(policies.decide(try Lab.request(), entities).determining == ["iris for students"])
        #expect(!policies.decide(try Lab.request(Lab.bob), entities).isAllowed)
        #expect(policies.policies[0].templateID == "share")
    }

    @Test func manyLinksAreMadeTogetherOrNotAtAll() throws {
        let links = ["a", "b", "a"].map {
            TemplateLink(templateID: "share", id: $0, slots: [.principal: Lab.students, .resource: Lab.model])
        }
        #expect(try share().linking(Array(links.prefix(2))).policies.map(\.id) == ["a", "b"])
        #expect(throws: LinkError.idTaken("a")) { try share().linking(links) }
    }

    @Test func linksThatDoNotFitAreRefused() throws {
        let policies = try share()
        let both: [Slot: EntityUID] = [.principal: Lab.students, .resource: Lab.model]
        #expect(throws: LinkError.noSuchTemplate("x")) { try policies.linking("x", as: "y", slots: both) }
        #expect(throws: LinkError.missing(.resource)) {
            try policies.linking("share", as: "y", slots: [.principal: Lab.students])
        }
        #expect(throws: LinkError.idTaken("share")) { try policies.linking("share", as: "share", slots: both) }
        let one = try PolicySet(parsing: "permit(principal == ?principal, action, resource);")
        #expect(throws: LinkError.unused(.resource)) { try one.linking("policy0", as: "y", slots: both) }
    }
}
