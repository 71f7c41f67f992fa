/// Where a request comes from, for the log and the audit trail.
package struct RequestContext: Hashable, Sendable {
    package let requestID: String
    package let remoteAddress: String

    package init(requestID: String, remoteAddress: String) {
        self.requestID = requestID
        self.remoteAddress = remoteAddress
    }

    /// For work that no request asked for.
    package static func system(_ what: String) -> RequestContext {
        RequestContext(requestID: what, remoteAddress: "local")
    }
}
