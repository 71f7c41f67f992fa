internal import BedelDomain
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// `git push` and `git clone`, passed through both ways as they stream.
struct GitRoutes: Sendable {
    let desk: Desk

    var routes: [Route] {
        [
            Route(.get, .git(nil, nil), .asked(by: "GitDoor.serve", .modelFetch), form: .git, handler: serve),
            Route(.post, .git(nil, nil), .asked(by: "GitDoor.serve", .modelSubmit), form: .git, handler: serve),
        ]
    }

    @Sendable private func serve(_ visit: Visit) async throws -> Response {
        let headers = visit.request.headers
        let service = visit.parameters.getCatchAll().joined(separator: "/")
        let name = try label("profile", visit)
        // Under a former name too; for one that nobody has, the door says what there is to say.
        let profile = try await desk.ports.profiles.profile(named: name)
        let request = GitRequest(
            method: visit.request.method.rawValue, profile: profile?.name ?? name, namespace: profile?.namespace,
            model: try label("model", visit),
            service: "/\(service)", query: visit.request.uri.query ?? "", contentType: headers[.contentType],
            contentLength: headers[.contentLength].flatMap { Int64($0) }, contentEncoding: headers[.contentEncoding],
            gitProtocol: headers[.gitProtocol], body: visit.bodyStream)
        let answer = try await desk.ports.git.serve(request, from: visit.principal, in: visit.context)
        var fields = HTTPFields()
        for (name, value) in answer.headers {
            if let name = HTTPField.Name(name) { fields.append(HTTPField(name: name, value: value)) }
        }
        return Response(
            status: .init(code: answer.status), headers: fields,
            body: ResponseBody(asyncSequence: answer.body.map { ByteBuffer(bytes: $0) }))
    }

    private func label(_ name: String, _ visit: Visit) throws(BedelError) -> Label {
        guard let label = visit.parameters.get(name).flatMap(Label.init) else { throw SubjectFinder.nothingThere }
        return label
    }
}
