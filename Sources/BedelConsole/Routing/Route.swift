internal import BedelDomain
internal import HTTPTypes
internal import Hummingbird

/// One method at one address, what it takes to be let in, and what answers.
struct Route: Sendable {
    typealias Handler = @Sendable (Visit) async throws -> Response

    /// Who may come. There is no default: whoever adds a route says it.
    enum Access: Sendable, Hashable {
        /// Nobody is asked; with the reason why that is right.
        case everybody(because: String)
        /// The authorizer is asked about this action on what the address names.
        case action(Action, on: Target)
        /// The room behind the port asks the authorizer itself, because only it knows what the request means.
        case asked(by: String, Action)
    }

    /// What in the address the action is done to.
    enum Target: Sendable, Hashable {
        case platform, profile, model, version, assignment, round, ownTokens, ownSessions
    }

    /// In which form it answers, failures too.
    enum Form: Sendable, Hashable { case page, api, git }

    let method: HTTPRequest.Method
    let address: Address
    let access: Access
    let form: Form
    /// What openapi.json says of it; nil for pages.
    let operation: Operation?
    let handler: Handler

    init(
        _ method: HTTPRequest.Method, _ address: Address, _ access: Access, form: Form = .page,
        operation: Operation? = nil, handler: @escaping Handler
    ) {
        self.method = method
        self.address = address
        self.access = access
        self.form = form
        self.operation = operation
        self.handler = handler
    }

    /// An address of `/api/v1`.
    static func api(
        _ method: HTTPRequest.Method, _ address: Address, _ access: Access, _ operation: Operation,
        handler: @escaping Handler
    ) -> Route {
        Route(method, .api(address), access, form: .api, operation: operation, handler: handler)
    }

    /// Whether it changes anything (RFC 9110, section 9.2.1).
    var isSafe: Bool { method == .get || method == .head }
}
