internal import BedelDomain
internal import Hummingbird
internal import NIOCore

/// Everything of a profile as one file, for browsers and for programs.
struct ExportRoutes: Sendable {
    let desk: Desk

    var page: [Route] {
        [Route(.get, .profileArchive(nil), .action(.profileExport, on: .profile), handler: export)]
    }

    var api: [Route] {
        [
            .api(
                .get, .profileArchive(nil), .action(.profileExport, on: .profile),
                .init(
                    id: "exportProfile",
                    summary: "Members, limits, bundles, data sets, scores and audit trail of a profile as a tar",
                    answer: .media(["application/x-tar"])), handler: export)
        ]
    }

    @Sendable private func export(_ visit: Visit) async throws -> Response {
        let profile = try visit.profile()
        let archive = try await desk.ports.exporter.export(
            profile, withTrail: desk.may(visit, .auditView, profile.resource), by: visit.user(), in: visit.context)
        return Response(
            status: .ok,
            headers: [
                .contentType: "application/x-tar",
                .contentDisposition: "attachment; filename=\"\(profile.name).tar\"",
            ], body: ResponseBody(asyncSequence: archive.map { ByteBuffer(bytes: $0) }))
    }
}
