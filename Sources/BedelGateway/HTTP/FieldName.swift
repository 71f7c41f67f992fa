/// What a field's name means to a gateway. Every name is classified once, when the head is read; all later decisions
/// compare this one byte.
enum FieldName: UInt8, Sendable {
    /// Nothing to us: passed on as it is.
    case other

    // Where to, and how long: these decide what the request is.
    case host, contentLength, transferEncoding, expect

    // For this connection only (RFC 9110, section 7.6.1).
    case connection, upgrade, hopByHop

    // Who.
    case authorization, cookie, setCookie

    // Read on the way, then passed on.
    case accept, contentType, origin, secFetchSite, webSocketKey, webSocketVersion
    case cacheControl, contentEncoding, contentLanguage, date, etag, lastModified, retryAfter, vary
    case contentSecurityPolicy, contentTypeOptions
    /// Where a request stands in a trace; every hop says it anew.
    case traceparent, tracestate
    /// How to come here is ours to say, not an upstream's.
    case strictTransport

    /// A statement that only a gateway may make (`X-Bedel-*`, `X-Forwarded-*`, `Remote-User`, …): never taken from
    /// outside.
    case gatewayOnly
    /// Holds something besides letters, digits and hyphens. CGI and WSGI fold such names into others
    /// (`X_Bedel_User` becomes `X-Bedel-User`), so it is never passed on.
    case foldable
    /// A foldable spelling of Host, Content-Length or Transfer-Encoding: whoever sends it is up to something.
    case framingAlias

    /// - Parameter name: a token (RFC 9110, section 5.6.2), in any case.
    init(_ name: ArraySlice<UInt8>) { self = name.withUnsafeBufferPointer { Self($0) } }

    /// - Parameter name: where it stands; a token, in any case.
    @inline(__always)
    init(_ bytes: [UInt8], at name: Range<Int>) {
        self = bytes.withUnsafeBufferPointer { Self(UnsafeBufferPointer(rebasing: $0[name])) }
    }

    private init(_ name: UnsafeBufferPointer<UInt8>) {
        if let known = Self.exactly(name) {
            self = known
        } else if name.allSatisfy(Self.isPlain) {
            self = Self.byPrefix(name) ?? .other
        } else {
            self = Self.unfolded(name)
        }
    }

    /// What CGI and WSGI make of a name that is not plain.
    private static func unfolded(_ name: UnsafeBufferPointer<UInt8>) -> FieldName {
        let folded = name.map { isPlain($0) ? $0 : UInt8(ascii: "-") }
        return switch folded.withUnsafeBufferPointer(exactly) {
        case .host, .contentLength, .transferEncoding: .framingAlias
        default: .foldable
        }
    }

    /// These are all plain.
    private static func exactly(_ name: UnsafeBufferPointer<UInt8>) -> FieldName? {
        guard name.count < known.count else { return nil }
        for entry in known[name.count] where name.matches(lowercase: entry.text) { return entry.name }
        return nil
    }

    private static func byPrefix(_ name: UnsafeBufferPointer<UInt8>) -> FieldName? {
        // Every prefix below begins with one of these three letters.
        switch name.first.map({ $0 | 0x20 }) {
        case UInt8(ascii: "x"), UInt8(ascii: "r"), UInt8(ascii: "p"): break
        default: return nil
        }
        for entry in prefixes where name.count > entry.text.utf8CodeUnitCount {
            let beginning = UnsafeBufferPointer(rebasing: name[..<entry.text.utf8CodeUnitCount])
            if beginning.matches(lowercase: entry.text) { return entry.name }
        }
        return nil
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    private struct Entry: Sendable {
        let text: StaticString
        let name: FieldName

        init(_ text: StaticString, _ name: FieldName) {
            self.text = text
            self.name = name
        }
    }

    /// By length of the name.
    private static let known: [[Entry]] = {
        var table: [[Entry]] = Array(repeating: [], count: 32)
        for entry in exact { table[entry.text.utf8CodeUnitCount].append(entry) }
        return table
    }()

    private static let exact: [Entry] = [
        Entry("host", .host), Entry("content-length", .contentLength), Entry("transfer-encoding", .transferEncoding),
        Entry("expect", .expect), Entry("connection", .connection), Entry("upgrade", .upgrade),
        Entry("keep-alive", .hopByHop), Entry("te", .hopByHop), Entry("trailer", .hopByHop),
        Entry("http2-settings", .hopByHop), Entry("authorization", .authorization), Entry("cookie", .cookie),
        Entry("set-cookie", .setCookie), Entry("accept", .accept), Entry("content-type", .contentType),
        Entry("origin", .origin), Entry("sec-fetch-site", .secFetchSite), Entry("sec-websocket-key", .webSocketKey),
        Entry("sec-websocket-version", .webSocketVersion), Entry("cache-control", .cacheControl),
        Entry("content-encoding", .contentEncoding), Entry("content-language", .contentLanguage), Entry("date", .date),
        Entry("etag", .etag), Entry("last-modified", .lastModified), Entry("retry-after", .retryAfter),
        Entry("vary", .vary), Entry("content-security-policy", .contentSecurityPolicy),
        Entry("strict-transport-security", .strictTransport),
        Entry("traceparent", .traceparent), Entry("tracestate", .tracestate),
        Entry("x-content-type-options", .contentTypeOptions), Entry("forwarded", .gatewayOnly), Entry("via", .hopByHop),
        Entry("x-real-ip", .gatewayOnly), Entry("x-request-id", .gatewayOnly), Entry("x-client-ip", .gatewayOnly),
        Entry("client-ip", .gatewayOnly), Entry("true-client-ip", .gatewayOnly),
        Entry("x-cluster-client-ip", .gatewayOnly),
        Entry("x-http-method", .gatewayOnly), Entry("x-method-override", .gatewayOnly),
        Entry("x-http-method-override", .gatewayOnly), Entry("x-user", .gatewayOnly), Entry("x-email", .gatewayOnly),
        Entry("x-groups", .gatewayOnly), Entry("x-script-name", .gatewayOnly), Entry("x-forwarded", .gatewayOnly),
        Entry("x-scheme", .gatewayOnly), Entry("x-host", .gatewayOnly),
    ]

    private static let prefixes: [Entry] = [
        Entry("x-bedel-", .gatewayOnly), Entry("x-forwarded-", .gatewayOnly), Entry("x-original-", .gatewayOnly),
        Entry("x-rewrite-", .gatewayOnly), Entry("x-remote-", .gatewayOnly), Entry("remote-", .gatewayOnly),
        Entry("x-webauth-", .gatewayOnly), Entry("x-auth-request-", .gatewayOnly), Entry("x-envoy-", .gatewayOnly),
        Entry("x-authenticated-", .gatewayOnly), Entry("proxy-", .hopByHop),
    ]
}

extension ArraySlice<UInt8> {
    /// Whether these bytes are `text` in any case.
    ///
    /// - Parameter text: lower-case letters, digits and hyphens only; the bytes, printable ASCII. Then setting one bit
    ///   folds the case and makes nothing else equal.
    func matches(lowercase text: [UInt8]) -> Bool {
        guard count == text.count else { return false }
        return withUnsafeBufferPointer { mine in
            text.withUnsafeBufferPointer { theirs in
                for index in 0..<mine.count where mine[index] | 0x20 != theirs[index] { return false }
                return true
            }
        }
    }

    func matches(lowercase text: StaticString) -> Bool { withUnsafeBufferPointer { $0.matches(lowercase: text) } }

    /// Exactly these bytes.
    func equals(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        return withUnsafeBufferPointer { bytes in
            for index in 0..<bytes.count where bytes[index] != text.utf8Start[index] { return false }
            return true
        }
    }

    /// Without spaces and tabs at either end.
    var trimmed: ArraySlice<UInt8> {
        var start = startIndex
        var end = endIndex
        while start < end, self[start] == 0x20 || self[start] == 0x09 { start += 1 }
        while end > start, self[end - 1] == 0x20 || self[end - 1] == 0x09 { end -= 1 }
        return self[start..<end]
    }

    /// The parts between commas, trimmed.
    var listed: [ArraySlice<UInt8>] {
        split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map(\.trimmed)
    }

    var text: String { String(decoding: self, as: UTF8.self) }
}

extension UnsafeBufferPointer<UInt8> {
    /// See the same of slices.
    @inline(__always)
    fileprivate func matches(lowercase text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        for index in indices where self[index] | 0x20 != text.utf8Start[index] { return false }
        return true
    }
}
