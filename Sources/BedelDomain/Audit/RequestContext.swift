/// Where a request comes from and by which policy it was let in, for the log and the audit trail.
package struct RequestContext: Hashable, Sendable {
    package let requestID: String
    package let remoteAddress: String
    /// The policy that allowed what is being done; empty until somebody has asked.
    package private(set) var policy = ""

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

    /// For work that no request asked for.
    package static func system(_ what: String) -> RequestContext {
        RequestContext(requestID: what, remoteAddress: "local")
    }
}
