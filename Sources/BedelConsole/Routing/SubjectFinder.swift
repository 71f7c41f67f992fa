internal import BedelDomain
internal import Hummingbird

/// Finds what an address names, so that the authorizer can be asked about it before any handler runs.
struct SubjectFinder: Sendable {
    let ports: ConsolePorts

    /// - Throws: `notFound`, worded like the refusal of somebody else's profile, so that names cannot be fished for.
    func find(_ target: Route.Target, _ parameters: Parameters, for principal: Principal) async throws -> Subject {
        switch target {
        case .platform: return Subject(.platform)
        case .ownTokens: return Subject(Resource(.token, principal.login, owner: principal.user))
        case .ownSessions: return Subject(Resource(.session, principal.login, owner: principal.user))
        default: break
        }
        let profile = try await profile(parameters)
        var subject = Subject(profile.resource)
        subject.profile = profile
        switch target {
        case .model: try await addModel(to: &subject, parameters)
        case .version: try await addVersion(to: &subject, parameters)
        case .assignment: try await addAssignment(to: &subject, parameters)
        case .round: try await addRound(to: &subject, parameters)
        default: break
        }
        subject.resource = subject.resource.whose(profileIs: profile.state)
        return subject
    }

    static let nothingThere = BedelError(
        .notFound, "There is no such thing here, or it is not yours to see.",
        next: "Check the address, or ask your teacher to add you to the course.")

    private func profile(_ parameters: Parameters) async throws -> Profile {
        let profile = try await ports.profiles.profile(named: label("profile", parameters))
        guard let profile else { throw Self.nothingThere }
        return profile
    }

    private func addModel(to subject: inout Subject, _ parameters: Parameters) async throws {
        guard let profile = subject.profile,
            let model = try await ports.models.model(named: label("model", parameters), in: profile.name)
        else { throw Self.nothingThere }
        subject.model = model
        subject.resource = model.resource
    }

    private func addVersion(to subject: inout Subject, _ parameters: Parameters) async throws {
        try await addModel(to: &subject, parameters)
        guard let model = subject.model, let number = parameters.get("number").flatMap({ Int($0) }),
            let version = try await ports.models.versions(of: model.id).first(where: { $0.number == number })
        else { throw Self.nothingThere }
        subject.version = version
    }

    private func addAssignment(to subject: inout Subject, _ parameters: Parameters) async throws {
        guard let profile = subject.profile,
            let assignment = try await ports.evaluationStore.assignment(
                named: label("assignment", parameters), in: profile.name)
        else { throw Self.nothingThere }
        subject.assignment = assignment
        subject.resource = assignment.resource
    }

    private func addRound(to subject: inout Subject, _ parameters: Parameters) async throws {
        try await addAssignment(to: &subject, parameters)
        guard let assignment = subject.assignment, let number = parameters.get("number").flatMap({ Int($0) }),
            let round = try await ports.evaluationStore.rounds(of: assignment.name, in: assignment.profile)
                .first(where: { $0.number == number })
        else { throw Self.nothingThere }
        subject.round = round
        subject.resource = round.resource
    }

    private func label(_ name: String, _ parameters: Parameters) throws(BedelError) -> Label {
        guard let label = parameters.get(name).flatMap(Label.init) else { throw Self.nothingThere }
        return label
    }
}
