internal import BedelDomain
internal import NIOCore

/// Writes the head that the client gets: what the upstream said, without what it has no business to say here.
struct ResponseRewriter: Sendable {
    /// How the body goes to the client.
    /// - Parameter framing: as the upstream sends it.
    static func framing(
        _ framing: BodyFraming, to request: NormalRequest, status: Int
    ) -> BodyFraming {
        guard framing == .chunked || framing == .untilClose else { return framing }
        return request.head.minorVersion == 1 ? .chunked : .untilClose
    }

    /// - Throws: `modelAnswerInvalid` when a model answers a browser with something else than JSON.
    static func check(_ response: ResponseHead, _ framing: BodyFraming, on route: Route) throws(BedelError) {
        guard route.kind == .modelForBrowsers, framing != .none, framing != .length(0) else { return }
        guard let type = response.block.first(.contentType), isJSON(type) else {
            throw BedelError(
                .modelAnswerInvalid, "The model's answer is not JSON.",
                next: "Return numbers, text, lists or maps of them from the model's predict function.")
        }
    }

    /// Server-sent events (HTML, section 9.2), or gRPC, whose streams are silent for as long as they like.
    static func isEventStream(_ response: ResponseHead) -> Bool {
        guard let type = response.block.first(.contentType) else { return false }
        return type.prefix(17).matches(lowercase: "text/event-stream") || GRPC.isSpoken(type)
    }

    /// - Parameters:
    ///   - framing: as it goes to the client.
    ///   - closes: the connection ends with this answer.
    ///   - strictTransport: a whole line, or nothing.
    static func write(
        _ response: ResponseHead, to request: NormalRequest, on route: Route, framing: BodyFraming, closes: Bool,
        requestID: RequestID, strictTransport: String = "", into head: inout WrittenBytes
    ) {
        head.append("HTTP/1.1 ")
        head.append(decimal: response.status)
        head.append(" ")
        head.append(response.block[response.reason])
        head.append("\r\n")
        writeFields(response, on: route, to: request, into: &head)
        writeFraming(framing, response, request, into: &head)
        if response.status == 101 {
            head.append("Connection: Upgrade\r\nUpgrade: websocket\r\n")
        } else if closes {
            head.append("Connection: close\r\n")
        }
        if route.kind.isModel { head.append(sandbox) }
        head.append(text: strictTransport)
        head.append("X-Request-Id: ")
        head.append(requestID)
        head.append("\r\n\r\n")
    }

    private static func writeFields(
        _ response: ResponseHead, on route: Route, to request: NormalRequest, into head: inout WrittenBytes
    ) {
        let block = response.block
        let nominated = block.nominatedByConnection
        for field in block.fields {
            let name = block[field.name]
            switch field.meaning {
            case .contentLength, .transferEncoding, .connection, .upgrade, .hopByHop, .gatewayOnly, .foldable,
                .framingAlias, .strictTransport:
                continue
            case .setCookie where !mayStay(block[field.value], route, request): continue
            case .contentType, .contentEncoding, .contentLanguage, .cacheControl, .date, .etag, .lastModified,
                .retryAfter, .vary:
                break
            default:
                // A model is a stranger on our own origin: it gets no field of which we do not know that it is
                // harmless.
                guard !route.kind.isModel else { continue }
            }
            guard !nominated.contains(where: { name.equalsIgnoringCase($0) }) else { continue }
            head.append(field, of: block)
        }
    }

    private static func writeFraming(
        _ framing: BodyFraming, _ response: ResponseHead, _ request: NormalRequest, into head: inout WrittenBytes
    ) {
        switch framing {
        case .length(let count):
            head.append("Content-Length: ")
            head.append(decimal: Int(count))
            head.append("\r\n")
        case .chunked: head.append("Transfer-Encoding: chunked\r\n")
        case .untilClose: break
        case .none:
            // To HEAD, the length that GET would have.
            guard request.method == .head, let length = response.block.first(.contentLength) else { return }
            head.append("Content-Length: ")
            head.append(length)
            head.append("\r\n")
        }
    }

    /// A cookie for the whole domain would reach every other host here, and one of ours would be a session.
    private static func mayStay(_ cookie: ArraySlice<UInt8>, _ route: Route, _ request: NormalRequest) -> Bool {
        if route.upstream == .console { return true }
        if route.kind.isModel { return false }
        let parts = Cookies.pairs(cookie)
        guard let first = parts.first, !Cookies.isOurs(first.name) else { return false }
        let host = request.authority.prefix { $0 != ":" }
        return parts.dropFirst().allSatisfy { attribute in
            guard attribute.name.matches(lowercase: "domain") else { return true }
            return attribute.value.equalsIgnoringCase(Array(host.utf8)[...])
        }
    }

    private static func isJSON(_ type: ArraySlice<UInt8>) -> Bool {
        let essence = (type.split(separator: UInt8(ascii: ";")).first ?? []).trimmed
        return essence.matches(lowercase: "application/json") || essence.suffix(5).matches(lowercase: "+json")
    }

    private static let sandbox: StaticString = """
        X-Content-Type-Options: nosniff\r
        Content-Security-Policy: default-src 'none'; sandbox\r\n
        """
}
