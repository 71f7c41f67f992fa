internal import BedelDomain
internal import NIOCore

/// Writes the head that the upstream gets: what came, without what only counts for this connection or only a gateway
/// may say, and with what we say.
struct HeaderRewriter: Sendable {
    /// What is known of the request besides its own bytes.
    struct Facts {
        let requestID: String
        let remoteAddress: String
        /// The lines that say who asks; nil for nobody in particular.
        let identity: ByteBuffer?
        let trace: TraceContext?
        /// The principal was taken from `Authorization`, which therefore is ours and ends here.
        let usedAuthorization: Bool
    }

    private let scheme: String

    init(scheme: String) { self.scheme = scheme }

    func write(_ request: NormalRequest, _ route: Route, _ facts: Facts, into buffer: inout ByteBuffer) {
        writeRequestLine(request, route, into: &buffer)
        writeFields(request, route, facts, into: &buffer)
        writeFraming(request, route, into: &buffer)
        writeForwarding(request, facts, into: &buffer)
        writeIdentity(route, facts, into: &buffer)
        buffer.writeStaticString("\r\n")
    }

    // MARK: What came

    private func writeRequestLine(_ request: NormalRequest, _ route: Route, into buffer: inout ByteBuffer) {
        buffer.writeBytes(request.methodName)
        buffer.writeStaticString(" ")
        buffer.writeBytes(request.path[route.prefixLength...])
        buffer.writeBytes(request.query)
        buffer.writeStaticString(" HTTP/1.1\r\nHost: ")
        buffer.writeString(request.authority)
        buffer.writeStaticString("\r\n")
    }

    private func writeFields(
        _ request: NormalRequest, _ route: Route, _ facts: Facts, into buffer: inout ByteBuffer
    ) {
        let block = request.head.block
        let nominated = block.nominatedByConnection
        for field in block.fields {
            let name = block[field.name]
            switch field.meaning {
            case .host, .contentLength, .transferEncoding, .expect, .connection, .upgrade, .hopByHop, .gatewayOnly,
                .foldable, .framingAlias, .setCookie, .traceparent, .tracestate:
                continue
            case .authorization:
                guard route.leavesAuthorizationToUpstream, !facts.usedAuthorization else { continue }
            case .cookie:
                writeCookies(block[field.value], route, into: &buffer)
                continue
            default:
                break
            }
            if !nominated.isEmpty, nominated.contains(where: { name.equalsIgnoringCase($0) }) { continue }
            if !route.identityNames.isEmpty,
                route.identityNames.contains(where: { name.equalsIgnoringCase($0[...]) })
            {
                continue
            }
            buffer.writeField(name, block[field.value])
        }
    }

    /// The session's cookie goes nowhere; the sign-in's to the console, which set it; a model gets none at all.
    private func writeCookies(_ value: ArraySlice<UInt8>, _ route: Route, into buffer: inout ByteBuffer) {
        guard !route.kind.isModel else { return }
        let isConsole = route.upstream == .console
        var isFirst = true
        for cookie in Cookies.pairs(value) where !cookie.whole.isEmpty {
            guard !(isConsole ? Cookies.isSession(cookie.name) : Cookies.isOurs(cookie.name)) else { continue }
            buffer.writeStaticString(isFirst ? "Cookie: " : "; ")
            buffer.writeBytes(cookie.whole)
            isFirst = false
        }
        if !isFirst { buffer.writeStaticString("\r\n") }
    }

    // MARK: What we say

    private func writeFraming(_ request: NormalRequest, _ route: Route, into buffer: inout ByteBuffer) {
        switch request.framing {
        case .length(let count): buffer.writeString("Content-Length: \(count)\r\n")
        case .chunked: buffer.writeStaticString("Transfer-Encoding: chunked\r\n")
        case .none, .untilClose: break
        }
        if request.wantsWebSocket, route.kind == .service {
            buffer.writeStaticString("Connection: Upgrade\r\nUpgrade: websocket\r\n")
        }
    }

    private func writeForwarding(_ request: NormalRequest, _ facts: Facts, into buffer: inout ByteBuffer) {
        buffer.writeStaticString("X-Forwarded-For: ")
        buffer.writeString(facts.remoteAddress)
        buffer.writeStaticString("\r\nX-Forwarded-Proto: ")
        buffer.writeString(scheme)
        buffer.writeStaticString("\r\nX-Forwarded-Host: ")
        buffer.writeString(request.authority)
        buffer.writeStaticString("\r\nX-Request-Id: ")
        buffer.writeString(facts.requestID)
        buffer.writeStaticString("\r\n")
        guard let trace = facts.trace else { return }
        buffer.writeStaticString("traceparent: ")
        buffer.writeBytes(trace.header)
        if !trace.state.isEmpty {
            buffer.writeStaticString("\r\ntracestate: ")
            buffer.writeBytes(trace.state)
        }
        buffer.writeStaticString("\r\n")
    }

    private func writeIdentity(_ route: Route, _ facts: Facts, into buffer: inout ByteBuffer) {
        if let identity = facts.identity {
            buffer.writeImmutableBuffer(identity)
        } else if let profile = route.profile {
            buffer.writeField("X-Bedel-Profile: ", profile.rawValue)
        }
    }
}

extension FieldBlock {
    /// The names that `Connection` declares to be for this connection only (RFC 9110, section 7.6.1).
    var nominatedByConnection: [ArraySlice<UInt8>] {
        guard has(.connection) else { return [] }
        var names: [ArraySlice<UInt8>] = []
        for field in fields where field.meaning == .connection {
            let value = self[field.value]
            guard !value.matches(lowercase: "keep-alive"), !value.matches(lowercase: "close") else { continue }
            names += value.listed
        }
        return names
    }
}

extension ArraySlice<UInt8> {
    func equalsIgnoringCase(_ other: ArraySlice<UInt8>) -> Bool {
        guard count == other.count else { return false }
        return withUnsafeBufferPointer { mine in
            other.withUnsafeBufferPointer { theirs in
                for index in 0..<mine.count {
                    let (a, b) = (mine[index], theirs[index])
                    guard a == b || (a | 0x20 == b | 0x20 && a >= 0x41 && b >= 0x41) else { return false }
                }
                return true
            }
        }
    }
}

extension ByteBuffer {
    mutating func writeField(_ name: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>) {
        writeBytes(name)
        writeStaticString(": ")
        writeBytes(value)
        writeStaticString("\r\n")
    }

    /// - Parameter name: with its colon and space.
    mutating func writeField(_ name: String, _ value: String) {
        writeString(name)
        writeString(value)
        writeStaticString("\r\n")
    }
}
