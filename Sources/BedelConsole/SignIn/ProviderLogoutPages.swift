internal import BedelDomain
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// Where a provider says that somebody has signed out there.
struct ProviderLogoutPages: Sendable {
    let desk: Desk

    var routes: [Route] {
        [
            Route(
                .post, .backChannelLogout, .everybody(because: "the signed token is what proves it"),
                handler: backChannel),
            Route(
                .get, .frontChannelLogout, .everybody(because: "the name of the session is what proves it"),
                handler: frontChannel),
        ]
    }

    /// OpenID Connect Back-Channel Logout 1.0, sections 2.5 to 2.8. Whether anybody was signed in is not said.
    @Sendable private func backChannel(_ visit: Visit) async throws -> Response {
        do {
            let body = String(decoding: try await visit.body(limit: 64 << 10), as: UTF8.self)
            let fields = body.split(separator: "&").filter { $0.hasPrefix("logout_token=") }
            guard fields.count == 1, let token = try FormFields(parsing: body)["logout_token"] else {
                throw BedelError(.invalidToken, "There has to be one logout_token.", next: "Send the form with it.")
            }
            try await desk.ports.signIn.endByProvider(logoutToken: token, in: visit.context)
        } catch let error as BedelError where error.code != .providerUnavailable {
            return answer(.badRequest, error)
        } catch let error as BedelError {
            return answer(.serviceUnavailable, error)
        }
        return Response(status: .ok, headers: [.cacheControl: "no-store"])
    }

    private func answer(_ status: HTTPResponse.Status, _ error: BedelError) -> Response {
        let description = error.message.replacing("\"", with: "'")
        let text = #"{"error":"invalid_request","error_description":"\#(description)"}"#
        return Response(
            status: status, headers: [.cacheControl: "no-store", .contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(string: text)))
    }

    /// OpenID Connect Front-Channel Logout 1.0, section 3: loaded in a frame of the provider's page, where browsers send
    /// no cookie of ours; so the session is found by the provider's name for it.
    @Sendable private func frontChannel(_ visit: Visit) async throws -> Response {
        let query = try visit.query()
        try await desk.ports.signIn.endByBrowser(
            issuer: query.required("iss"), providerSession: query.required("sid"), in: visit.context)
        return Response(
            status: .ok, headers: [.cacheControl: "no-store", .contentType: "text/plain; charset=utf-8"],
            body: .init(byteBuffer: ByteBuffer(string: "")))
    }
}
