internal import BedelDomain
internal import HTTPTypes
internal import Hummingbird

/// The one place where a failure becomes an answer: a page in the person's language, problem details for programs, plain
/// text for git. The private detail is never in any of them.
struct ErrorAnswer: Sendable {
    let desk: Desk

    func response(to error: BedelError, _ visit: Visit, form: Route.Form) throws -> Response {
        switch form {
        case .page: try page(error, visit)
        case .api: try problem(error, visit)
        case .git: plain(error)
        }
    }

    /// Whoever only has to sign in is led there and back.
    private func page(_ error: BedelError, _ visit: Visit) throws -> Response {
        if error.code == .signInRequired, visit.request.method == .get {
            return desk.redirect(toPath: Address.login.with(["to": visit.request.uri.string]))
        }
        if let demand = error.signInDemand, visit.request.method == .get {
            return desk.redirect(toPath: Address.signIn(demand, then: visit.request.uri.string))
        }
        return try desk.page(
            ErrorPage(error, visit, base: desk.configuration.baseURL), visit, status: .init(code: error.code.httpStatus)
        )
    }

    /// RFC 9457.
    private func problem(_ error: BedelError, _ visit: Visit) throws -> Response {
        let problem = Problem(
            type: Address.problem(code: error.code.rawValue).path, title: error.code.title,
            status: error.code.httpStatus, detail: error.message, next: error.next, requestId: visit.context.requestID)
        var response = try JSONAnswer.response(problem, status: .init(code: error.code.httpStatus))
        response.headers[.contentType] = "application/problem+json"
        if error.code.httpStatus == 401 { response.headers[.wwwAuthenticate] = Self.challenge(error) }
        return response
    }

    /// RFC 6750, section 3; what kind of sign-in it takes, by RFC 9470, section 3.
    static func challenge(_ error: BedelError) -> String {
        let realm = "Bearer realm=\"Bedel\""
        return error.signInDemand.map { "\(realm), \($0.challenge)" } ?? realm
    }

    /// git shows the text to whoever pushes, and asks for a token when told so (RFC 7617).
    private func plain(_ error: BedelError) -> Response {
        var response = desk.text(
            "\(error)\n", type: "text/plain; charset=utf-8", status: .init(code: error.code.httpStatus))
        if error.code.httpStatus == 401 { response.headers[.wwwAuthenticate] = "Basic realm=\"Bedel access token\"" }
        return response
    }
}

/// Problem details with two members of our own: what to do next, and the request's id.
struct Problem: Encodable, Sendable {
    let type: String
    let title: String
    let status: Int
    let detail: String
    let next: String
    let requestId: String
}
