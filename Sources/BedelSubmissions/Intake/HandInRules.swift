internal import BedelDomain

/// Whether this person may hand this model in now, before its bytes are looked at.
struct HandInRules: Sendable {
    let authorizer: any Authorizer
    let profiles: any ProfileStore
    let models: any ModelStore
    let evaluations: any EvaluationStore

    /// What a hand-in is checked against; the same for web, API and git.
    struct Admission: Sendable {
        /// The policy that allows it.
        let policy: String
        let assignment: Label?
        let deadline: Timestamp?

        /// - Throws: ``BedelError`` `deadlinePassed`.
        func checkDeadline(at time: Timestamp) throws(BedelError) {
            guard let deadline, time > deadline else { return }
            throw BedelError(
                .deadlinePassed,
                "The deadline of “\(assignment?.rawValue ?? "")” was \(deadline); "
                    + "by this server's clock it is \(time).",
                next: "Ask your teacher for more time, or hand in under a name outside the assignment to practise.",
                arguments: ["deadline": deadline.description, "now": time.description])
        }
    }

    /// - Throws: ``BedelError`` `signInRequired`, `forbidden`, `notFound`, `invalidName`, `conflict`.
    func admit(
        _ principal: Principal?, to model: Label, in profile: Label, assignment: Label?
    ) async throws -> Admission {
        let found = try await profiles.profile(named: profile)
        let mine = Resource.model(model, in: profile, owner: principal?.user).whose(profileIs: found?.state)
        let policy = try authorizer.require(principal, .modelSubmit, mine)
        guard found != nil else {
            throw BedelError(
                .notFound, "There is no profile “\(profile)”.", next: "Check the address, or ask your teacher for it.")
        }
        guard !Profile.reservedNames.contains(model.rawValue) else {
            throw BedelError(
                .invalidName, "“\(model)” is a name Bedel keeps for itself.", next: "Choose another name for the model."
            )
        }
        let existing = try await models.model(named: model, in: profile)
        if let existing { try Self.checkOwner(of: existing, is: principal) }
        return try await admission(by: policy, to: assignment, named: model, existing: existing, in: profile)
    }

    private static func checkOwner(of model: Model, is principal: Principal?) throws(BedelError) {
        guard model.owner == principal?.user else {
            throw BedelError(
                .conflict, "The model “\(model.name)” belongs to somebody else.",
                next: "Choose another name, for example “\(model.name)-\(principal.map { $0.login } ?? "2")”.")
        }
    }

    /// The assignment named now stands above the one the model has, and that one above what the name says.
    private func admission(
        by policy: String, to wanted: Label?, named model: Label, existing: Model?, in profile: Label
    ) async throws -> Admission {
        let assignments = try await evaluations.assignments(in: profile)
        let name = wanted ?? existing?.assignment ?? Assignment.named(in: model, of: assignments.map(\.name))
        guard let name else { return Admission(policy: policy, assignment: nil, deadline: nil) }
        guard let assignment = assignments.first(where: { $0.name == name }) else {
            let known = assignments.map { "“\($0.name)”" }.joined(separator: ", ")
            throw BedelError(
                .notFound, "There is no assignment “\(name)” in “\(profile)”.",
                next: known.isEmpty ? "Leave the assignment out." : "Choose one of \(known), or leave it out.")
        }
        return Admission(policy: policy, assignment: name, deadline: assignment.deadline)
    }
}
