internal import BedelDomain
internal import Hummingbird
internal import NIOCore

/// One request as a handler sees it: who asks, in which language, and what for.
struct Visit: Sendable {
    let request: Request
    let parameters: Parameters
    var context: BedelDomain.RequestContext
    let words: Words
    let now: Timestamp
    var principal: Principal?
    var look = Look.none
    var subject = Subject(.platform)

    /// The browser's; nil when there is none, or it was a token that was sent.
    var session: Session.ID? { if case .session(let id)? = principal?.proof { id } else { nil } }

    /// Whether an admin looks through the eyes of ``principal``, or did a moment ago.
    enum Look: Sendable { case none, holds, over }

    init(
        request: Request, parameters: Parameters, context: BedelDomain.RequestContext, words: Words, now: Timestamp
    ) {
        self.request = request
        self.parameters = parameters
        self.context = context
        self.words = words
        self.now = now
    }

    // What the route's target promised. They throw only when a route declares another target than its handler uses.

    func user() throws(BedelError) -> Principal { try promised(principal, "principal") }
    func profile() throws(BedelError) -> Profile { try promised(subject.profile, "profile") }
    func model() throws(BedelError) -> Model { try promised(subject.model, "model") }
    func version() throws(BedelError) -> Version { try promised(subject.version, "version") }
    func assignment() throws(BedelError) -> Assignment { try promised(subject.assignment, "assignment") }
    func round() throws(BedelError) -> Round { try promised(subject.round, "round") }

    private func promised<Value>(_ value: Value?, _ what: String) throws(BedelError) -> Value {
        guard let value else { throw .internalFailure("\(request.uri.path): the route finds no \(what)") }
        return value
    }

    // MARK: What came with it

    /// The query's fields.
    /// - Throws: `invalidRequest`.
    func query() throws(BedelError) -> FormFields { try FormFields(parsing: request.uri.query ?? "") }

    /// The fields of a plain form.
    /// - Throws: `invalidRequest`, `tooLarge` beyond 1 MiB.
    func form() async throws -> FormFields {
        guard let text = String(validating: try await body(limit: 1 << 20), as: UTF8.self) else {
            throw BedelError(.invalidRequest, "The form is not UTF-8.", next: "Send it again.")
        }
        return try FormFields(parsing: text)
    }

    /// The whole body.
    /// - Throws: `tooLarge` beyond `limit` bytes.
    func body(limit: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for try await piece in request.body {
            bytes += piece.readableBytesView
            guard bytes.count <= limit else {
                throw BedelError(
                    .tooLarge, "The request has more than \(limit / 1024) KiB.", next: "Send less.",
                    arguments: ["limit": "\(limit / 1024) KiB"])
            }
        }
        return bytes
    }

    /// The body as it arrives.
    var bodyStream: ByteStream { ByteStream(request.body.map { Array($0.readableBytesView) }) }

    func multipart() throws(BedelError) -> MultipartReader {
        try MultipartReader(contentType: request.headers[.contentType] ?? "", body: bodyStream)
    }

    func moment(_ time: Timestamp) -> Moment { words.moment(time, now: now) }
}
