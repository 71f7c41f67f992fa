internal import BedelDomain
internal import Hummingbird

/// Handing a model in by the browser.
struct HandInPages: Sendable {
    let desk: Desk

    var routes: [Route] {
        [
            Route(.get, .handIn(nil), .action(.profileView, on: .profile), handler: form),
            Route(.post, .handIn(nil), .asked(by: "Intake.receive", .modelSubmit), handler: receive),
        ]
    }

    @Sendable private func form(_ visit: Visit) async throws -> Response {
        let profile = try visit.profile()
        let assignments = try await desk.ports.evaluationStore.assignments(in: profile.name)
        let query = try visit.query()
        return try desk.page(
            HandInPage(profile, assignments, model: query["model"], assignment: query["assignment"], visit), visit)
    }

    /// The fields come first and the file last, so the archive goes straight from the wire to the intake.
    @Sendable private func receive(_ visit: Visit) async throws -> Response {
        let profile = try await desk.currentName(visit)
        guard let principal = visit.principal else {
            throw BedelError(.signInRequired, "You need to sign in for this.", next: "Sign in and try again.")
        }
        let reader = try visit.multipart()
        let (fields, hasFile) = try await reader.fieldsBeforeFile()
        guard hasFile else {
            throw BedelError(
                .invalidRequest, "No file came with the form.", next: "Choose a zip or tar.gz and send it again.")
        }
        let version = try await desk.ports.intake.receive(
            Upload(
                profile: profile, model: try fields.label("model", of: "model"),
                assignment: try fields["assignment"].map { text throws(BedelError) in
                    try Label(checking: text, of: "assignment")
                },
                source: .web, archive: reader.file), from: principal, in: visit.context)
        return desk.redirect(to: .model(profile, version.modelName), done: "handed-in")
    }
}

struct HandInPage: Page {
    static let template = "hand-in"
    let title: String
    let action: String
    let model: String
    let options: [Option]
    let apiAddress: String
    var trail: [Crumb]

    struct Option: Hashable, Sendable {
        let value: String
        let label: String
        let isChosen: Bool
    }

    init(_ profile: Profile, _ assignments: [Assignment], model: String?, assignment: String?, _ visit: Visit) {
        title = visit.words("hand-in.title")
        action = Address.handIn(profile.name).path
        self.model = model ?? ""
        options = assignments.filter { $0.deadline.map { $0 > visit.now } ?? true }.map {
            Option(value: $0.name.rawValue, label: $0.title, isChosen: $0.name.rawValue == assignment)
        }
        apiAddress = Address.api(.profile(profile.name)).path + "/models/…/versions"
        trail = [
            Crumb(title: visit.words("menu.courses"), link: Address.home.path),
            Crumb(title: profile.title, link: Address.profile(profile.name).path),
        ]
    }
}
