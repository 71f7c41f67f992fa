internal import BedelDomain
internal import HTTPTypes
internal import Hummingbird

/// Models and versions for programs.
struct ModelsAPI: Sendable {
    let desk: Desk

    var routes: [Route] {
        [
            .api(
                .get, .models(nil), .action(.modelList, on: .profile),
                .init(
                    id: "listModels", summary: "The models of a profile that the caller may see",
                    answer: .json(ModelRepresentation.list)), handler: list),
            .api(
                .get, .model(nil, nil), .action(.modelView, on: .model),
                .init(
                    id: "getModel", summary: "A model with its versions",
                    answer: .json(ModelDetailRepresentation.schema)), handler: model),
            .api(
                .post, .versions(nil, nil), .asked(by: "Intake.receive", .modelSubmit),
                .init(
                    id: "handIn", summary: "Hand in a version: the body is a zip or tar.gz of the bundle",
                    query: ["assignment": "The assignment it competes in; without it the model's name decides."],
                    request: .media(["application/zip", "application/gzip", "application/octet-stream"]),
                    answer: .json(VersionRepresentation.schema), status: 201), handler: handIn),
            .api(
                .get, .version(nil, nil, nil), .action(.modelView, on: .version),
                .init(
                    id: "getVersion", summary: "A version with its state and signed receipt",
                    answer: .json(VersionRepresentation.schema)), handler: version),
            .api(
                .get, .versionLog(nil, nil, nil), .action(.modelLogs, on: .version),
                .init(
                    id: "getLog", summary: "What happened to a version, at most 1,000 lines at a time",
                    query: ["after": "Only lines after this sequence number."],
                    answer: .json(LogRepresentation.schema)), handler: log),
            .api(
                .post, .buildStop(nil, nil, nil), .action(.buildStop, on: .version),
                .init(
                    id: "stopBuild", summary: "End the build of a version, which fails as stopped",
                    answer: .json(VersionRepresentation.schema)), handler: stop),
            .api(
                .delete, .model(nil, nil), .action(.modelRetire, on: .model),
                .init(
                    id: "retireModel", summary: "Stop a model's endpoint; its versions are kept", answer: .empty,
                    status: 204),
                handler: retire),
        ]
    }

    @Sendable private func list(_ visit: Visit) async throws -> Response {
        let models = try await desk.ports.models.models(in: visit.profile().name)
            .filter { desk.may(visit, .modelView, $0.resource) }
        return try JSONAnswer.response(models.map { ModelRepresentation($0, base: desk.configuration.baseURL) })
    }

    @Sendable private func model(_ visit: Visit) async throws -> Response {
        let model = try visit.model()
        let versions = try await desk.ports.models.versions(of: model.id)
        var represented: [VersionRepresentation] = []
        for version in versions { represented.append(try await represent(version)) }
        return try JSONAnswer.response(
            ModelDetailRepresentation(
                model: ModelRepresentation(model, base: desk.configuration.baseURL), versions: represented))
    }

    @Sendable private func handIn(_ visit: Visit) async throws -> Response {
        guard let principal = visit.principal else {
            throw BedelError(.signInRequired, "You need to sign in for this.", next: "Send an access token.")
        }
        let assignment = try visit.query()["assignment"]
        let version = try await desk.ports.intake.receive(
            Upload(
                profile: try await desk.currentName(visit),
                model: try Label(checking: visit.parameters.get("model") ?? "", of: "model"),
                assignment: try assignment.map { text throws(BedelError) in try Label(checking: text, of: "assignment")
                },
                source: .api, archive: visit.bodyStream), from: principal, in: visit.context)
        let represented = try await represent(version)
        var response = try JSONAnswer.response(represented, status: .created)
        response.headers[.location] = represented.links["self"]
        return response
    }

    @Sendable private func version(_ visit: Visit) async throws -> Response {
        try JSONAnswer.response(await represent(visit.version()))
    }

    @Sendable private func stop(_ visit: Visit) async throws -> Response {
        try await desk.stopBuild(of: visit.version(), visit)
        guard let version = try await desk.ports.models.version(visit.version().id) else {
            throw SubjectFinder.nothingThere
        }
        return try JSONAnswer.response(await represent(version))
    }

    @Sendable private func log(_ visit: Visit) async throws -> Response {
        let after = try visit.query().number("after", in: 0...Int.max) ?? 0
        let lines = try await desk.ports.models.log(of: visit.version().id, after: Int64(after))
        return try JSONAnswer.response(LogRepresentation(lines: lines.map(LogLineRepresentation.init)))
    }

    @Sendable private func retire(_ visit: Visit) async throws -> Response {
        let model = try visit.model()
        let event = AuditEvent(.modelRetire, on: model.resource, by: visit.principal, in: visit.context, at: visit.now)
        try await desk.ports.models.retire(model.id, at: visit.now, audit: event)
        try await desk.ports.signals.send(.instances)
        return Response(status: .noContent)
    }

    private func represent(_ version: Version) async throws -> VersionRepresentation {
        VersionRepresentation(
            version, instance: await desk.ports.instances.instance(of: version.id),
            receipt: try desk.ports.receipts.sign(version.receipt), base: desk.configuration.baseURL)
    }
}
