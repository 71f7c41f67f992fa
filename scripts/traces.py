"""Traces from end to end: a caller's context goes through, and what Bedel recorded reaches a collector.

    .tools/peers/bin/python scripts/traces.py --bedel .build/debug/bedel

The collector reads every message by OpenTelemetry's own schema (opentelemetry-proto) and refuses what is not in it, as a real one
does. It is ill at first, and away at the end: nothing that is asked meanwhile may notice.
"""

import argparse
import base64
import http.server
import json
import ssl
import tempfile
import threading
import time
import urllib.request

from google.protobuf import json_format
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from house import House
from outside import Checks, free_ports, until

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


class Collector(http.server.BaseHTTPRequestHandler):
    spans, faults, refusals = [], [], 2

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if Collector.refusals > 0:
            Collector.refusals -= 1
            return self.answer(503, b"{}")
        try:
            assert self.path == "/v1/traces" and self.headers["Content-Type"] == "application/json"
            message = json.loads(body)
            # OTLP's JSON has ids in hexadecimal where protobuf's own has base64; everything else is protobuf's.
            for resource in message["resourceSpans"]:
                for scope in resource["scopeSpans"]:
                    for span in scope["spans"]:
                        for key, size in (("traceId", 16), ("spanId", 8), ("parentSpanId", 8)):
                            if key in span:
                                raw = bytes.fromhex(span[key])
                                assert len(raw) == size and any(raw), (key, span[key])
                                span[key] = base64.b64encode(raw).decode()
            read = json_format.ParseDict(message, ExportTraceServiceRequest(), ignore_unknown_fields=False)
            Collector.spans += [(resource.resource, span) for resource in read.resource_spans
                                for scope in resource.scope_spans for span in scope.spans]
            self.answer(200, b"{}")
        except Exception as error:  # whatever it is, a collector would refuse it
            Collector.faults.append(repr(error))
            self.answer(400, b"{}")

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Service(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    seen = []

    def do_GET(self):
        Service.seen.append({name.lower(): value for name, value in self.headers.items()})
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_):
        pass


def listen(port, handler):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
    # Connections that end with the gateway are no news.
    server.handle_error = lambda *_: None
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bedel", required=True)
    options = parser.parse_args()
    port, = free_ports(1)
    extra = f"traces: {{endpoint: 'http://127.0.0.1:{port}/v1/traces', sample: 1}}\n"
    collector = listen(port, Collector)
    check = Checks()
    with House(options.bedel, tempfile.mkdtemp(prefix="bedel-tr-"), extra) as house:
        listen(house.service_port, Service)
        context = ssl.create_default_context(cafile=house.state / "certificate.pem")

        def ask(fields=()):
            request = urllib.request.Request(
                f"https://{house.host('echo')}/x?secret=1", headers={"Authorization": f"Bearer {house.token}", **dict(fields)})
            with urllib.request.urlopen(request, timeout=30, context=context) as answer:
                return answer.status, answer.headers["X-Request-Id"]

        def span_of(trace):
            return until(lambda: next((pair for pair in Collector.spans if pair[1].trace_id.hex() == trace), None),
                         f"the span of {trace} arrives", 30)

        @check("a caller's trace goes on, with a span of ours")
        def _():
            _, request_id = ask({"traceparent": f"00-{TRACE}-{SPAN}-01", "tracestate": "vendor=value"}.items())
            resource, span = span_of(TRACE)
            sent = Service.seen[-1]["traceparent"].split("-")
            assert sent[1] == TRACE and sent[3] == "01" and sent[2] == span.span_id.hex() != SPAN, sent
            assert Service.seen[-1]["tracestate"] == span.trace_state == "vendor=value"
            assert span.parent_span_id.hex() == SPAN
            facts = {pair.key: pair.value for pair in span.attributes}
            assert facts["bedel.request_id"].string_value == request_id
            assert facts["http.response.status_code"].int_value == 200
            assert facts["url.path"].string_value == "/x" and "secret" not in str(span)
            assert house.token not in str(span)
            assert 0 < span.end_time_unix_nano - span.start_time_unix_nano < 30e9
            assert abs(span.end_time_unix_nano / 1e9 - time.time()) < 60
            assert resource.attributes[0].value.string_value == "bedel"

        @check("a trace that begins here is called like its request")
        def _():
            _, request_id = ask()
            _, span = span_of(request_id)
            assert not span.parent_span_id
            assert Service.seen[-1]["traceparent"].startswith(f"00-{request_id}-")

        @check("whoever said that it is not recorded is not")
        def _():
            other = "1" * 32
            ask({"traceparent": f"00-{other}-{SPAN}-00"}.items())
            ask()
            span_of(Service.seen[-1]["traceparent"].split("-")[1])
            assert not any(span.trace_id.hex() == other for _, span in Collector.spans)

        @check("the collector understood every message")
        def _():
            assert not Collector.faults, Collector.faults[:3]
            assert Collector.refusals == 0

        @check("a collector that is away is noticed by nobody")
        def _():
            collector.shutdown()
            collector.server_close()
            started = time.monotonic()
            assert all(ask()[0] == 200 for _ in range(200))
            print(f"    200 requests in {time.monotonic() - started:.1f} s")

        @check("and at the end the server stops in time")
        def _():
            assert house.door.stop() == 0
    check.finish()


if __name__ == "__main__":
    main()
