/// An immutable set of policies, indexed and compiled. Copying it is free.
package struct PolicySet: Sendable {
    package static let empty = PolicySet(policies: [], templates: [])

    /// One object, so that handing the set around counts one reference.
    private final class Storage: Sendable {
        let policies: [Policy]
        let templates: [Policy]
        let index: PolicyIndex

        init(policies: [Policy], templates: [Policy]) {
            self.policies = policies
            self.templates = templates
            let shared = SharedParts(policies)
            index = PolicyIndex(
                policies.enumerated().map { CompiledPolicy($0.element, position: $0.offset, shared: shared) })
        }
    }

    private let storage: Storage

    private init(policies: [Policy], templates: [Policy]) {
        storage = Storage(policies: policies, templates: templates)
    }

    /// The policies that decide: those written without slots and those linked from templates, in this order.
    package var policies: [Policy] { storage.policies }
    /// The templates; they decide nothing until they are linked.
    package var templates: [Policy] { storage.templates }

    /// Reads policies and templates from texts. A policy's id is its `@id` annotation, else `policy` and its number
    /// counted over all texts from 0.
    /// - Throws: everything that is wrong with the texts, also ids that are used twice.
    package init(parsing sources: [SourceText]) throws(ParseErrors) {
        var all: [Policy] = []
        var errors: [ParseError] = []
        for source in sources {
            do throws(ParseErrors) {
                all += try PolicyParser.policies(in: source, numberedFrom: all.count)
            } catch {
                errors += error.errors
            }
        }
        errors += Self.repeatedIDs(all)
        guard errors.isEmpty else { throw ParseErrors(errors: errors) }
        self.init(policies: all.filter { !$0.isTemplate }, templates: all.filter(\.isTemplate))
    }

    package init(parsing text: String, name: String = "policies") throws(ParseErrors) {
        try self.init(parsing: [SourceText(text, name: name)])
    }

    private static func repeatedIDs(_ policies: [Policy]) -> [ParseError] {
        var first: [String: Policy] = [:]
        var errors: [ParseError] = []
        for policy in policies where errors.count < ParseErrors.most {
            if let earlier = first[policy.id] {
                errors.append(
                    ParseError(
                        policy.source, at: policy.span,
                        message: "the id \"\(policy.id)\" is already used at "
                            + "\(earlier.source.name):\(earlier.position)",
                        found: policy.id))
            } else {
                first[policy.id] = policy
            }
        }
        return errors
    }

    /// The set with one more policy: a template whose slots are filled.
    package func linking(
        _ templateID: String, as id: String, slots: [Slot: EntityUID]
    ) throws(LinkError) -> PolicySet {
        try linking([TemplateLink(templateID: templateID, id: id, slots: slots)])
    }

    /// The set with one more policy for each link, in their order; all or none.
    package func linking(_ links: [TemplateLink]) throws(LinkError) -> PolicySet {
        let known = Dictionary(templates.map { ($0.id, $0) }) { first, _ in first }
        var taken = Set((policies + templates).map(\.id))
        var linked: [Policy] = []
        for link in links {
            guard let template = known[link.templateID] else { throw .noSuchTemplate(link.templateID) }
            guard taken.insert(link.id).inserted else { throw .idTaken(link.id) }
            linked.append(try template.linked(as: link.id, slots: link.slots))
        }
        return PolicySet(policies: policies + linked, templates: templates)
    }

    /// Decides: forbids override permits, and without a permit the answer is no.
    package func decide(_ request: AuthorizationRequest, _ entities: EntityStore) -> AuthorizationDecision {
        var frame = Frame(request, entities)
        var tally = Tally()
        storage.index.forEachCandidate(&frame) { policy, frame in tally.ask(policy, &frame) }
        return tally.decision(policies)
    }
}
