internal import BedelDomain
internal import Hummingbird

/// One model: its versions, its log, its endpoint.
struct ModelPages: Sendable {
    let desk: Desk

    var routes: [Route] {
        [
            Route(.get, .model(nil, nil), .action(.modelView, on: .model), handler: model),
            Route(.get, .modelEvents(nil, nil), .action(.modelView, on: .model), handler: events),
            Route(.post, .modelTry(nil, nil), .action(.modelPredict, on: .model), handler: attempt),
            Route(.post, .modelRetirement(nil, nil), .action(.modelRetire, on: .model), handler: retire),
            Route(.get, .version(nil, nil, nil), .action(.modelView, on: .version), handler: version),
            Route(.post, .buildStop(nil, nil, nil), .action(.buildStop, on: .version), handler: stop),
            Route(.get, .receipt(nil, nil, nil), .action(.modelView, on: .version), handler: receipt),
        ]
    }

    @Sendable private func model(_ visit: Visit) async throws -> Response {
        try desk.page(try await page(visit), visit)
    }

    /// The state as a fragment whenever it moves, and the log line by line.
    @Sendable private func events(_ visit: Visit) async throws -> Response {
        let model = try visit.model()
        let seesLog = desk.may(visit, .modelLogs, model.resource)
        let seen = try visit.request.headers[.lastEventID] ?? visit.query()["after"]
        let known = Set(try await desk.ports.models.versions(of: model.id).map(\.id))
        return EventFeed(signals: desk.ports.signals, heartbeat: desk.configuration.heartbeat).response(
            from: seen.flatMap { Int64($0) } ?? 0,
            concerns: { topic in
                if case .version(let id) = topic { known.contains(id) } else { topic == .instances || topic == .jobs }
            },
            read: { cursor in
                let status = try await ModelStatus.read(model, ports: desk.ports)
                let lines = try await seesLog ? log(status, after: &cursor) : []
                let fragment = try desk.fragment(StatusView(status, visit), "model-status", visit)
                return .init(
                    events: lines + [ServerEvent(name: "fragment", data: fragment)], isFinished: status.isSettled)
            })
    }

    private func log(_ status: ModelStatus, after cursor: inout Int64) async throws -> [ServerEvent] {
        guard let newest = status.versions.first else { return [] }
        let lines = try await desk.ports.models.log(of: newest.id, after: cursor)
        cursor = lines.last?.sequence ?? cursor
        return lines.map { ServerEvent(name: "log", data: $0.text, id: "\($0.sequence)") }
    }

    /// One call to the model, on the same page, without a script.
    @Sendable private func attempt(_ visit: Visit) async throws -> Response {
        let body = try await visit.form().required("body")
        let current = try await ModelStatus.read(visit.model(), ports: desk.ports).current
        var trial = ModelPage.Trial(body: body, answer: nil, trouble: nil)
        do {
            guard let current else {
                throw BedelError(
                    .modelNotReady, "No version of this model is ready.",
                    next: "Wait for the build, or hand in a version.")
            }
            let answer = try await desk.ports.instances.call(
                current.id, ModelRequest(path: Endpoint.path, body: Array(body.utf8), timeLimit: .seconds(10)))
            trial.answer = "HTTP \(answer.status)\n\(String(decoding: answer.body.prefix(64 << 10), as: UTF8.self))"
        } catch let error as BedelError {
            trial.trouble = Trouble(Fault(error), visit.words)
        }
        return try desk.page(try await page(visit, trial), visit)
    }

    @Sendable private func retire(_ visit: Visit) async throws -> Response {
        let model = try visit.model()
        let event = AuditEvent(.modelRetire, on: model.resource, by: visit.principal, in: visit.context, at: visit.now)
        try await desk.ports.models.retire(model.id, at: visit.now, audit: event)
        try await desk.ports.signals.send(.instances)
        return desk.redirect(to: .profile(model.profile), done: "retired")
    }

    @Sendable private func stop(_ visit: Visit) async throws -> Response {
        let version = try visit.version()
        try await desk.stopBuild(of: version, visit)
        return desk.redirect(to: .model(version.profile, version.modelName), done: "build-stopped")
    }

    @Sendable private func version(_ visit: Visit) async throws -> Response {
        let version = try visit.version()
        let seesLog = desk.may(visit, .modelLogs, visit.subject.resource)
        let log = try await seesLog ? desk.ports.models.log(of: version.id, after: 0) : []
        return try desk.page(
            VersionPage(
                version, try visit.profile(), log: log, signed: desk.ports.receipts.sign(version.receipt), visit), visit
        )
    }

    @Sendable private func receipt(_ visit: Visit) async throws -> Response {
        let version = try visit.version()
        return desk.download(
            try desk.ports.receipts.sign(version.receipt), type: "application/jose",
            named: "receipt-\(version.profile)-\(version.modelName)-v\(version.number).jws")
    }

    private func page(_ visit: Visit, _ trial: ModelPage.Trial? = nil) async throws -> ModelPage {
        let model = try visit.model()
        let status = try await ModelStatus.read(model, ports: desk.ports)
        let seesLog = desk.may(visit, .modelLogs, model.resource)
        let assignment = try await model.assignment.asyncMap {
            try await desk.ports.evaluationStore.assignment(named: $0, in: model.profile)
        }
        let log = try await status.versions.first.asyncMap { newest in
            try await seesLog ? desk.ports.models.log(of: newest.id, after: 0) : []
        }
        let output = await status.current.asyncMap { await seesLog ? desk.ports.instances.output(of: $0.id) : [] }
        return ModelPage(
            try visit.profile(), model, status: status, assignment: assignment ?? nil, log: log ?? [],
            output: output ?? [],
            may: .init(
                try: desk.may(visit, .modelPredict, model.resource),
                submit: desk.may(visit, .modelSubmit, model.resource),
                retire: desk.may(visit, .modelRetire, model.resource),
                stop: desk.may(visit, .buildStop, model.resource), seeLog: seesLog),
            trial: trial, base: desk.configuration.baseURL, visit)
    }
}
