/// The one way in for everything students hand in: web, API and git end here.
package protocol Intake: Sendable {
    /// Checks, keeps and queues a hand-in. When this returns, the bytes and the row are safe: that is the receipt.
    /// - Throws: ``BedelError`` `forbidden`, `notFound`, `conflict` (another's model), `tooLarge`, `unreadableBundle`,
    ///   `unsafeBundle`, `unrecognisedBundle`, `deadlinePassed`. Nothing is kept then, but the refusal is in the audit
    ///   trail.
    func receive(_ upload: Upload, from principal: Principal, in context: RequestContext) async throws -> Version
}

/// git's smart HTTP, spoken by the real `git http-backend`.
package protocol GitDoor: Sendable {
    /// - Throws: ``BedelError`` `notFound`, `forbidden`, `signInRequired`; before anything was sent.
    func serve(_ request: GitRequest, from principal: Principal?, in context: RequestContext) async throws -> GitAnswer

    /// Called by the `pre-receive` hook while git still holds the pushed objects in quarantine.
    /// - Parameter ticket: what ``serve(_:from:in:)`` gave the hook; one-time, and it names who pushes and where.
    /// - Returns: lines for the push's own output.
    func receivePush(ticket: String, push: PushedArchive) async throws -> [String]
}

/// One request of git's smart protocol under `/git/<profile>/<model>.git`.
package struct GitRequest: Sendable {
    package let method: String
    package let profile: Label
    /// Where the profile's repositories lie.
    package let namespace: Label
    package let model: Label
    /// What follows `.git` in the path: `/info/refs`, `/git-upload-pack`, `/git-receive-pack`.
    package let service: String
    package let query: String
    package let contentType: String?
    package let contentLength: Int64?
    package let contentEncoding: String?
    /// `Git-Protocol`, if it is one git knows.
    package let gitProtocol: String?
    package let body: ByteStream

    package init(
        method: String, profile: Label, namespace: Label? = nil, model: Label, service: String, query: String,
        contentType: String?,
        contentLength: Int64?, contentEncoding: String?, gitProtocol: String?, body: ByteStream
    ) {
        self.method = method
        self.profile = profile
        self.namespace = namespace ?? profile
        self.model = model
        self.service = service
        self.query = query
        self.contentType = contentType
        self.contentLength = contentLength
        self.contentEncoding = contentEncoding
        self.gitProtocol = gitProtocol
        self.body = body
    }
}

package struct GitAnswer: Sendable {
    package let status: Int
    package let headers: [(name: String, value: String)]
    package let body: ByteStream

    package init(status: Int, headers: [(name: String, value: String)], body: ByteStream) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// What the hook sends: the tree of the pushed branch as git archives it.
package struct PushedArchive: Sendable {
    package let ref: String
    package let commit: String
    /// From `git push -o assignment=NAME`.
    package let assignment: Label?
    package let archive: ByteStream

    package init(ref: String, commit: String, assignment: Label?, archive: ByteStream) {
        self.ref = ref
        self.commit = commit
        self.assignment = assignment
        self.archive = archive
    }
}
