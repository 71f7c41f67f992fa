internal import BedelDomain

/// A request in the one form that everything after looks at, and that the upstream gets: there is no second reading.
final class NormalRequest: Sendable {
    enum Method: Hashable, Sendable {
        case get, head, post, put, delete, options, patch, other

        /// RFC 9110, section 9.2.1: it asks for no change.
        var isSafe: Bool { self == .get || self == .head || self == .options }
        /// RFC 9110, section 9.2.2: asking twice does the same as asking once.
        var isIdempotent: Bool { isSafe || self == .put || self == .delete }
    }

    let head: RequestHead
    let method: Method
    let host: HostName
    /// Normal form; begins with `/`.
    let path: [UInt8]
    /// With its `?`; empty when there is none.
    let query: ArraySlice<UInt8>
    let framing: BodyFraming
    let keepsAlive: Bool
    let expectsContinue: Bool
    /// It asks to become a WebSocket (RFC 6455, section 4.1).
    let wantsWebSocket: Bool

    init(
        head: RequestHead, method: Method, host: HostName, path: [UInt8], query: ArraySlice<UInt8>,
        framing: BodyFraming, keepsAlive: Bool, expectsContinue: Bool, wantsWebSocket: Bool
    ) {
        self.head = head
        self.method = method
        self.host = host
        self.path = path
        self.query = query
        self.framing = framing
        self.keepsAlive = keepsAlive
        self.expectsContinue = expectsContinue
        self.wantsWebSocket = wantsWebSocket
    }

    /// Lower case, without the scheme's own port.
    var authority: String { host.authority }

    var methodName: ArraySlice<UInt8> { head.block[head.method] }

    /// It can do with fields behind a body (RFC 9110, section 10.1.4).
    var acceptsTrailers: Bool {
        head.block.fields.contains { field in
            field.meaning == .hopByHop && head.block[field.name].matches(lowercase: "te")
                && head.block[field.value].listed.contains { $0.matches(lowercase: "trailers") }
        }
    }

    /// A person looks at the answer, not a program.
    var prefersHTML: Bool {
        guard let accept = head.block.first(.accept) else { return false }
        return accept.listed.contains { $0.prefix(9).matches(lowercase: "text/html") }
    }
}
