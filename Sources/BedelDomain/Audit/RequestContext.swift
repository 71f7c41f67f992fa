/// Where a request comes from and by which policy it was let in, for the log and the audit trail.
package struct RequestContext: Hashable, Sendable {
    package let requestID: String
    package let remoteAddress: String
    /// The policy that allowed what is being done; empty until somebody has asked.
    package private(set) var policy = ""
    /// Who really asks, when it is somebody who looks at pages as another person: what happens is theirs.
    package private(set) var viewer: Viewer?

    package struct Viewer: Hashable, Sendable {
        package let user: User.ID
        package let login: String

        package init(user: User.ID, login: String) {
            self.user = user
            self.login = login
        }
    }

    package init(requestID: String, remoteAddress: String) {
        self.requestID = requestID
        self.remoteAddress = remoteAddress
    }

    /// The same request, let in by this policy.
    package func allowed(by policy: String) -> RequestContext {
        var context = self
        context.policy = policy
        return context
    }

    /// The same request, made by somebody who looks at it as another person would.
    package func viewed(by viewer: Viewer) -> RequestContext {
        var context = self
        context.viewer = viewer
        return context
    }

    /// For work that no request asked for.
    package static func system(_ what: String) -> RequestContext {
        RequestContext(requestID: what, remoteAddress: "local")
    }
}
