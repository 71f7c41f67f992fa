internal import BedelDomain
internal import NIOCore

/// Writes the head that the upstream gets: what came, without what only counts for this connection or only a gateway
/// may say, and with what we say.
final class HeaderRewriter: Sendable {
    /// What is known of the request besides its own bytes.
    struct Facts {
        let requestID: RequestID
        let remoteAddress: String
        /// The lines that say who asks; nil for nobody in particular.
        let identity: ByteBuffer?
        let trace: TraceContext?
        /// The principal was taken from `Authorization`, which therefore is ours and ends here.
        let usedAuthorization: Bool
    }

    private let scheme: String

    init(scheme: String) { self.scheme = scheme }

    func write(_ request: NormalRequest, _ route: Route, _ facts: Facts, into head: inout WrittenBytes) {
        writeRequestLine(request, route, into: &head)
        writeFields(request, route, facts, into: &head)
        writeFraming(request, route, into: &head)
        writeForwarding(request, facts, into: &head)
        writeIdentity(route, facts, into: &head)
        head.append("\r\n")
    }

    // MARK: What came

    private func writeRequestLine(_ request: NormalRequest, _ route: Route, into head: inout WrittenBytes) {
        head.append(request.methodName)
        head.append(" ")
        head.append(request.path[route.prefixLength...])
        head.append(request.query)
        head.append(" HTTP/1.1\r\nHost: ")
        head.append(text: request.authority)
        head.append("\r\n")
    }

    private func writeFields(
        _ request: NormalRequest, _ route: Route, _ facts: Facts, into head: inout WrittenBytes
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
                writeCookies(block[field.value], route, into: &head)
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
            head.append(field, of: block)
        }
    }

    /// The session's cookie goes nowhere; the sign-in's to the console, which set it; a model gets none at all.
    private func writeCookies(_ value: ArraySlice<UInt8>, _ route: Route, into head: inout WrittenBytes) {
        guard !route.kind.isModel else { return }
        let isConsole = route.upstream == .console
        var isFirst = true
        for cookie in Cookies.pairs(value) where !cookie.whole.isEmpty {
            guard !(isConsole ? Cookies.isSession(cookie.name) : Cookies.isOurs(cookie.name)) else { continue }
            head.append(isFirst ? "Cookie: " as StaticString : "; ")
            head.append(cookie.whole)
            isFirst = false
        }
        if !isFirst { head.append("\r\n") }
    }

    // MARK: What we say

    private func writeFraming(_ request: NormalRequest, _ route: Route, into head: inout WrittenBytes) {
        switch request.framing {
        case .length(let count):
            head.append("Content-Length: ")
            head.append(decimal: Int(count))
            head.append("\r\n")
        case .chunked: head.append("Transfer-Encoding: chunked\r\n")
        case .none, .untilClose: break
        }
        if request.wantsWebSocket, route.kind == .service {
            head.append("Connection: Upgrade\r\nUpgrade: websocket\r\n")
        }
    }

    private func writeForwarding(_ request: NormalRequest, _ facts: Facts, into head: inout WrittenBytes) {
        head.append("X-Forwarded-For: ")
        head.append(text: facts.remoteAddress)
        head.append("\r\nX-Forwarded-Proto: ")
        head.append(text: scheme)
        head.append("\r\nX-Forwarded-Host: ")
        head.append(text: request.authority)
        head.append("\r\nX-Request-Id: ")
        head.append(facts.requestID)
        head.append("\r\n")
        guard let trace = facts.trace else { return }
        head.append("traceparent: ")
        trace.write(into: &head)
        if !trace.state.isEmpty {
            head.append("\r\ntracestate: ")
            head.append(trace.state[...])
        }
        head.append("\r\n")
    }

    private func writeIdentity(_ route: Route, _ facts: Facts, into head: inout WrittenBytes) {
        if let identity = facts.identity {
            head.append(identity)
        } else if let profile = route.profile {
            head.append("X-Bedel-Profile: ")
            head.append(text: profile.rawValue)
            head.append("\r\n")
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
    /// - Parameter name: with its colon and space.
    mutating func writeField(_ name: String, _ value: String) {
        writeString(name)
        writeString(value)
        writeStaticString("\r\n")
    }
}
