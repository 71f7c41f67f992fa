import BedelDomain

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Spans in the form a collector takes: `ExportTraceServiceRequest` of OTLP 1, in its JSON encoding (ids in hexadecimal,
/// 64-bit integers as strings).
struct OTLPTraces: Encodable {
    let resourceSpans: [ResourceSpans]

    init(_ spans: [TraceSpan]) {
        let resource = Resource(attributes: [.init("service.name", "bedel")])
        resourceSpans = [
            ResourceSpans(
                resource: resource,
                scopeSpans: [ScopeSpans(scope: Scope(name: "bedel.gateway"), spans: spans.map(Hop.init))])
        ]
    }

    func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        return try encoder.encode(self)
    }

    struct ResourceSpans: Encodable {
        let resource: Resource
        let scopeSpans: [ScopeSpans]
    }

    struct Resource: Encodable { let attributes: [Attribute] }

    struct Scope: Encodable { let name: String }

    struct ScopeSpans: Encodable {
        let scope: Scope
        let spans: [Hop]
    }

    struct Attribute: Encodable {
        struct Value: Encodable {
            var stringValue: String?
            var intValue: String?
        }

        let key: String
        let value: Value

        init(_ key: String, _ value: String) {
            self.key = key
            self.value = Value(stringValue: value)
        }

        init(_ key: String, _ value: Int) {
            self.key = key
            self.value = Value(intValue: String(value))
        }
    }

    struct Status: Encodable { let code: Int }

    struct Hop: Encodable {
        let traceId: String
        let spanId: String
        let parentSpanId: String?
        let traceState: String?
        let flags: Int
        let name: String
        let kind: Int
        let startTimeUnixNano: String
        let endTimeUnixNano: String
        let attributes: [Attribute]
        let status: Status

        /// SPAN_KIND_SERVER and STATUS_CODE_ERROR of `trace.proto`.
        private static let server = 2
        private static let error = 2
        /// Sampled; whether the parent was remote is known, and it was.
        private static let sampled = 1
        private static let parentIsKnown = 0x100
        private static let parentIsRemote = 0x200
        /// Any other is called by one name, so that clients do not make up names of spans.
        private static let methods: Set<String> = [
            "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH",
        ]

        init(_ span: TraceSpan) {
            traceId = Self.hexadecimal(span.traceHigh) + Self.hexadecimal(span.traceLow)
            spanId = Self.hexadecimal(span.id)
            parentSpanId = span.parent == 0 ? nil : Self.hexadecimal(span.parent)
            traceState = span.state.isEmpty ? nil : span.state
            flags = Self.sampled | Self.parentIsKnown | (span.parent == 0 ? 0 : Self.parentIsRemote)
            let isKnown = Self.methods.contains(span.method)
            name = "\(isKnown ? span.method : "HTTP") \(span.route)"
            kind = Self.server
            startTimeUnixNano = String(span.start.microseconds * 1000)
            endTimeUnixNano = String(span.end.microseconds * 1000)
            var attributes = [
                Attribute("http.request.method", isKnown ? span.method : "_OTHER"), Attribute("url.path", span.path),
                Attribute("server.address", span.host), Attribute("bedel.route", span.route),
                Attribute("bedel.request_id", span.requestID),
            ]
            if span.status > 0 { attributes.append(Attribute("http.response.status_code", span.status)) }
            if let profile = span.profile { attributes.append(Attribute("bedel.profile", profile)) }
            self.attributes = attributes
            status = Status(code: span.status >= 500 ? Self.error : 0)
        }

        private static func hexadecimal(_ value: UInt64) -> String {
            let text = String(value, radix: 16)
            return String(repeating: "0", count: 16 - text.count) + text
        }
    }
}
