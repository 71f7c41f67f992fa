import BedelDomain
import NIOCore
import Synchronization
import Testing

@testable import BedelGateway

@Suite("Trace context")
struct TraceContextTests {
    private static let trace = "0af7651916cd43dd8448eb211c80319c"
    private static let span = "b7ad6b7169203331"
    private static var caller: String { "00-\(trace)-\(span)-01" }

    private final class Spans: SpanSink {
        let taken = Mutex<[TraceSpan]>([])
        let (arrivals, arrival) = AsyncStream.makeStream(of: Void.self)
        let dropped = 0

        func take(_ spans: [TraceSpan]) {
            taken.withLock { $0 += spans }
            arrival.yield()
        }
    }

    @Test(arguments: [
        ("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", true),
        ("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00", true),
        ("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-ff", true),
        ("cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", true),
        ("cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what-comes-later", true),
        ("cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01.what", false),
        ("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more", false),
        ("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-", false),
        ("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1", false),
        ("ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", false),
        ("00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01", false),
        ("00-00000000000000000000000000000000-b7ad6b7169203331-01", false),
        ("00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01", false),
        ("00-0af7651916cd43dd8448eb211c80319-b7ad6b71692033310-01", false),
        ("00_0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", false),
        ("0-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", false),
        ("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0g", false), ("", false), ("00", false),
    ])
    func traceparentIsReadToTheLetter(_ text: String, _ isGood: Bool) {
        let read = TraceParent(Array(text.utf8)[...])
        #expect((read != nil) == isGood)
        if let read { #expect(read.isSampled == !text.hasSuffix("-00")) }
    }

    private static let good: [([String], String)] = [
        (["a=1"], "a=1"), (["a=1, b=2 ", "c=3"], "a=1,b=2,c=3"), (["a=1,,b=2"], "a=1,b=2"),
        (["tenant@vendor=x y"], "tenant@vendor=x y"), (["0a@v=1"], "0a@v=1"), ([members(32)], members(32)),
    ]
    private static let bad: [[String]] = [
        ["a=1,a=2"], ["A=1"], ["a"], ["a="], ["=1"], ["0a=1"], ["a=1=2"], ["a@b@c=1"], ["a@fifteenletters0=1"],
        ["a=1", "b=\u{7F}"], [members(33)], ["a=" + String(repeating: "x", count: 257)],
    ]

    private static func members(_ count: Int) -> String { (1...count).map { "k\($0)=1" }.joined(separator: ",") }

    @Test(arguments: good + bad.map { ($0, "") })
    func tracestateIsPassedOnWholeOrNotAtAll(_ values: [String], _ passed: String) {
        #expect(TraceState.combined(values.map { Array($0.utf8)[...] })[...].text == passed)
    }

    @Test func idsAreWrittenAsTheyWereRead() throws {
        let caller = try #require(TraceParent(Array(Self.caller.utf8)[...]))
        let context = TraceContext(continuing: caller, span: 0x1F, state: [])
        #expect(Self.header(of: context) == "00-\(Self.trace)-000000000000001f-01")
        let own = TraceContext(beginningWith: Self.id, span: 1, sampling: 0)
        #expect(Self.id.text == Self.trace)
        #expect(Self.header(of: own) == "00-\(Self.trace)-0000000000000001-00")
    }

    private static let id = RequestID(high: 0x0AF7_6519_16CD_43DD, low: 0x8448_EB21_1C80_319C)

    private static func header(of context: TraceContext) -> String {
        var head = WrittenBytes(capacity: 64)
        context.write(into: &head)
        return head.text
    }

    @Test func aPartOfTheTracesIsRecorded() {
        var ids = RequestIDs(seed: 7)
        let sampled = (0..<4000).count { _ in TraceContext(beginningWith: ids.next(), span: 1, sampling: 0.25).isSampled
        }
        #expect((800...1200).contains(sampled))
        #expect(TraceContext(beginningWith: Self.id, span: 1, sampling: 1).isSampled)
        #expect(!TraceContext(beginningWith: Self.id, span: 1, sampling: 0).isSampled)
    }

    // MARK: Through the gateway

    /// What the upstream saw, and the answer's request id.
    private func seen(_ fields: String, spans: Spans? = nil, sampling: Double = 0) async throws
        -> (parent: [String], state: [String], requestID: String)
    {
        try await Upstream.with { upstream, address in
            let adjust: (inout GatewayConfiguration) -> Void = {
                $0.traceSampling = sampling
                $0.timeOuts.keepAlive = .milliseconds(200)
            }
            return try await TestGateway.with(TestGateway.everything(at: address), adjust: adjust, spans: spans) {
                gateway in
                let answer = try await gateway.ask(
                    "GET /p?q=secret HTTP/1.1\r\nHost: \(TestGateway.base)\r\n\(fields)\r\n")
                if let spans, fields.contains("-01") || sampling > 0 { for await _ in spans.arrivals { break } }
                let request = try #require(upstream.seen.first)
                return (
                    request.values("traceparent"), request.values("tracestate"),
                    answer?.values("X-Request-Id").first ?? ""
                )
            }
        }
    }

    @Test func everyHopHasASpanOfItsOwn() async throws {
        let (parent, state, requestID) = try await seen(
            "traceparent: \(Self.caller)\r\ntracestate: a=1\r\nTraceState: b=2\r\n")
        #expect(parent.count == 1)
        #expect(parent.first?.hasPrefix("00-\(Self.trace)-") ?? false)
        #expect(parent.first?.hasSuffix("-01") ?? false)
        #expect(!(parent.first?.contains(Self.span) ?? true))
        #expect(state == ["a=1,b=2"])
        #expect(requestID != Self.trace, "nobody outside chooses the id of a request")
    }

    @Test(arguments: [
        "", "traceparent: 00-\(trace)-0000000000000000-01\r\ntracestate: a=1\r\n",
        "traceparent: \(caller)\r\nTraceparent: \(caller)\r\ntracestate: a=1\r\n", "tracestate: a=1\r\n",
    ])
    func whatIsMalformedOrMissingIsReplaced(_ fields: String) async throws {
        let (parent, state, requestID) = try await seen(fields)
        #expect(parent.count == 1)
        #expect(parent.first?.hasPrefix("00-\(requestID)-") ?? false, "the trace is called like the request")
        #expect(parent.first?.hasSuffix("-00") ?? false)
        #expect(state.isEmpty)
    }

    @Test func whatIsRecordedSaysWhereAndHowLong() async throws {
        let spans = Spans()
        let (parent, _, requestID) = try await seen("traceparent: \(Self.caller)\r\ntracestate: a=1\r\n", spans: spans)
        let span = try #require(spans.taken.withLock { $0.first })
        #expect(String(span.traceHigh, radix: 16) + String(span.traceLow, radix: 16) == String(Self.trace.dropFirst()))
        #expect(parent.first?.contains(String(span.id, radix: 16)) ?? false)
        #expect(span.parent == 0xB7AD_6B71_6920_3331)
        #expect(span.state == "a=1")
        #expect(span.requestID == requestID)
        #expect(span.path == "/p", "never the query")
        #expect(span.route == "console")
        #expect(span.status == 200)
        #expect(span.start <= span.end)
    }

    @Test func whatBeginsHereIsRecordedAsConfigured() async throws {
        let spans = Spans()
        let (parent, _, _) = try await seen("", spans: spans, sampling: 1)
        #expect(parent.first?.hasSuffix("-01") ?? false)
        #expect(spans.taken.withLock { $0.first?.parent } == 0)
    }
}
