"""HTTP/2 as raw frames over TLS: what no library lets one send.

A case is what is sent behind the connection's preface and settings, for a host and a line that shows who asks. It passes like the
others: refused (the stream reset, the connection ended, or a status from 400 on), or, where it may, one request upstream with one
reading.
"""

import socket
import ssl
import struct

DATA, HEADERS, PRIORITY, RESET, SETTINGS, PUSH, PING, GOAWAY, WINDOW, CONTINUATION = range(10)
END_STREAM = ACK = 1
END_HEADERS, PADDED, PRIORITISED = 4, 8, 0x20
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
#: Of the static table (RFC 7541, appendix A).
STATUSES = {8: 200, 9: 204, 10: 206, 11: 304, 12: 400, 13: 404, 14: 500}


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


def text(value):
    """A string of HPACK as it is (RFC 7541, section 5.1)."""
    if len(value) < 127:
        return bytes([len(value)]) + value
    rest, out = len(value) - 127, [127]
    while rest >= 128:
        out.append(rest % 128 + 128)
        rest //= 128
    return bytes([*out, rest]) + value


def field(name, value):
    return b"\x00" + text(name) + text(value)


class Maker:
    """Blocks and frames for one host and one asker."""

    def __init__(self, host, authorization):
        self.host = host
        self.who = field(b"authorization", authorization.split(b": ", 1)[1].strip()) if authorization else b""

    def pseudo(self, method=b"GET", path=b"/probe", scheme=b"https", authority=b"@"):
        parts = [(b":method", method), (b":scheme", scheme), (b":path", path), (b":authority", self.host if authority == b"@" else authority)]
        return b"".join(field(name, value) for name, value in parts if value is not None)

    def block(self, *fields, **pseudo):
        return self.pseudo(**pseudo) + self.who + b"".join(field(*one) for one in fields)

    def get(self, *fields, stream=1, **pseudo):
        return frame(HEADERS, END_STREAM | END_HEADERS, stream, self.block(*fields, **pseudo))

    def get_after(self, more, **pseudo):
        """With something raw between the pseudo-header fields and the others."""
        return frame(HEADERS, END_STREAM | END_HEADERS, 1, self.pseudo(**pseudo) + more + self.who)

    def post(self, *fields, body=(b"hello",), **pseudo):
        """Several pieces: several frames."""
        frames = frame(HEADERS, END_HEADERS, 1, self.block(*fields, **{"method": b"POST", **pseudo}))
        return frames + b"".join(frame(DATA, END_STREAM * (index == len(body) - 1), 1, piece) for index, piece in enumerate(body))


def pseudo_headers():
    for what in ("method", "path", "scheme"):
        yield f"no :{what}", lambda m, what=what: m.get(**{what: None}), False
    yield "no :authority, no host", lambda m: m.get(authority=None), False
    yield "host instead of :authority", lambda m: m.get((b"host", m.host), authority=None), True
    for name in (b":method", b":path", b":scheme", b":authority"):
        yield f"{name.decode()} twice", lambda m, name=name: m.get_after(field(name, b"/smuggled")), False
    yield "one behind a field", lambda m: frame(HEADERS, 5, 1, field(b"a", b"b") + m.block()), False
    yield "one that does not exist", lambda m: m.get_after(field(b":user", b"x")), False
    yield ":status", lambda m: m.get_after(field(b":status", b"200")), False
    yield ":protocol unasked", lambda m: m.get_after(field(b":protocol", b"websocket"), method=b"CONNECT"), False
    yield "CONNECT", lambda m: m.get(method=b"CONNECT", path=None, scheme=None), False
    paths = {"empty": b"", "no slash": b"probe", "space": b"/probe HTTP/1.1", "CR LF": b"/probe HTTP/1.1\r\nX-Smuggled: 1", "LF": b"/probe\nA: b",
             "NUL": b"/pro\x00be", "tab": b"/pro\tbe", "not ASCII": b"/prob\xc3\xa9", "asterisk": b"*", "absolute, other host": b"http://other.test/probe",
             "fragment": b"/probe#x"}
    for name, path in paths.items():
        yield f":path {name}", lambda m, path=path: m.get(path=path), False
    for name, method in {"empty": b"", "space": b"GET /smuggled", "CR LF": b"GET /smuggled HTTP/1.1\r\n\r\nGET", "no token": b"G(T"}.items():
        yield f":method {name}", lambda m, method=method: m.get(method=method), False
    for name, tail in {"CR LF": b"\r\nX-Smuggled: 1", "userinfo": None, "slash": b"/x", "space": b" x", "list": b",other.test", "NUL": b"\x00"}.items():
        yield f":authority {name}", lambda m, tail=tail: m.get(authority=m.host + tail if tail else b"a@" + m.host), False
    yield ":authority unknown", lambda m: m.get(authority=b"attacker.test"), False
    yield ":authority empty", lambda m: m.get(authority=b""), False
    yield "host is another", lambda m: m.get((b"host", b"other.test")), False
    yield "host twice", lambda m: m.get((b"host", m.host), (b"host", b"other.test")), False
    yield "host the same", lambda m: m.get((b"host", m.host)), True
    for name, scheme in {"CR LF": b"https\r\nA: b", "with path": b"https://other.test/x?"}.items():
        yield f":scheme {name}", lambda m, scheme=scheme: m.get(scheme=scheme), False


def fields():
    names = {"upper case": b"X-Smuggled", "one upper case": b"aB", "empty": b"", "space": b"a b", "space behind": b"a ", "colon": b"a:b", "CR LF": b"a: b\r\nx-smuggled",
             "NUL": b"a\x00", "not ASCII": b"\xc3\xa4", "control": b"a\x01"}
    for name, raw in names.items():
        yield f"name {name}", lambda m, raw=raw: m.get((raw, b"x")), False
    for name, raw in {"CR LF": b"b\r\nX-Smuggled: 1", "LF": b"b\nX-Smuggled: 1", "CR": b"b\rX", "NUL": b"b\x00c"}.items():
        yield f"value {name}", lambda m, raw=raw: m.get((b"a", raw)), False
    yield "value space around", lambda m: m.get((b"a", b" b ")), True
    connection = {b"connection": b"close", b"keep-alive": b"x", b"proxy-connection": b"keep-alive", b"transfer-encoding": b"chunked",
                  b"upgrade": b"h2c", b"te": b"gzip"}
    for name, value in connection.items():
        yield f"{name.decode()}", lambda m, name=name, value=value: m.get((name, value)), False
    yield "connection takes identity", lambda m: m.get((b"connection", b"x-bedel-user")), False
    yield "te trailers", lambda m: m.get((b"te", b"trailers")), True
    yield "transfer-encoding and a body", lambda m: m.post((b"transfer-encoding", b"chunked"), body=[b"0\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n"]), False
    yield "cookie in crumbs", lambda m: m.get((b"cookie", b"a=1"), (b"cookie", b"b=2")), True
    for name in (b"x-bedel-user", b"x_bedel_user", b"x-bedel_user"):
        yield name.decode(), lambda m, name=name: m.get((name, b"forged")), True


def bodies():
    lengths = {"more than there is": b"6", "less than there is": b"4", "0 with a body": b"0", "sign": b"+5", "list": b"5, 5", "empty": b"", "hex": b"0x5",
               "space": b"5 5", "2^64": b"18446744073709551621", "leading zero": b"05"}
    for name, length in lengths.items():
        yield f"length {name}", lambda m, length=length: m.post((b"content-length", length)), False
    yield "length twice", lambda m: m.post((b"content-length", b"5"), (b"content-length", b"5")), False
    yield "length twice, other", lambda m: m.post((b"content-length", b"5"), (b"content-length", b"0")), False
    yield "length without a body", lambda m: m.get((b"content-length", b"5")), False
    yield "right length in pieces", lambda m: m.post((b"content-length", b"5"), body=[b"he", b"", b"llo"]), True
    yield "no length", lambda m: m.post(), True
    smuggled = b"0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
    yield "a request as body", lambda m: m.post(body=[smuggled]), True
    yield "padding longer than the frame", lambda m: m.post(body=[]) + frame(DATA, END_STREAM | PADDED, 1, b"\xff" + b"hello"), False
    yield "padding", lambda m: m.post(body=[]) + frame(DATA, END_STREAM | PADDED, 1, b"\x03hello\0\0\0"), True
    for name in (b"authorization", b"host", b"content-length", b"transfer-encoding", b"x-bedel-user"):
        yield f"trailer {name.decode()}", lambda m, name=name: m.post(body=[]) + frame(DATA, 0, 1, b"hello") + frame(HEADERS, 5, 1, field(name, b"forged")), True
    yield "trailer with pseudo-header", lambda m: m.post(body=[]) + frame(DATA, 0, 1, b"hello") + frame(HEADERS, 5, 1, field(b":path", b"/smuggled")), False
    yield "trailers that end nothing", lambda m: m.post(body=[]) + frame(DATA, 0, 1, b"hello") + frame(HEADERS, 4, 1, field(b"a", b"b")) + frame(DATA, 1, 1, b"x"), False
    yield "trailer upper case", lambda m: m.post(body=[]) + frame(DATA, 0, 1, b"hello") + frame(HEADERS, 5, 1, field(b"A", b"b")), False


def frames():
    whole = END_STREAM | END_HEADERS

    def split(m, between=b"", stream=1):
        block = m.block()
        return frame(HEADERS, END_STREAM, 1, block[:20]) + between + frame(CONTINUATION, END_HEADERS, stream, block[20:])
    yield "CONTINUATION", split, True
    yield "CONTINUATION, PING between", lambda m: split(m, frame(PING, 0, 0, bytes(8))), False
    yield "CONTINUATION, DATA between", lambda m: split(m, frame(DATA, END_STREAM, 1, b"x")), False
    yield "CONTINUATION, another request between", lambda m: split(m, frame(HEADERS, whole, 3, m.block(path=b"/smuggled"))), False
    yield "CONTINUATION, an unknown frame between", lambda m: split(m, frame(0xFA, 0, 1, b"x")), False
    yield "CONTINUATION of another stream", lambda m: split(m, stream=3), False
    yield "CONTINUATION of nothing", lambda m: frame(CONTINUATION, END_HEADERS, 1, m.block()) + m.get(stream=3), False
    yield "headers without an end", lambda m: frame(HEADERS, END_STREAM, 1, m.block()), False
    bad = {
        "DATA first": frame(DATA, END_STREAM, 1, b"x"), "DATA on stream 0": frame(DATA, 0, 0, b"x"), "RST_STREAM of nothing": frame(RESET, 0, 1, bytes(4)),
        "RST_STREAM too short": frame(RESET, 0, 1, bytes(3)), "WINDOW_UPDATE of 0": frame(WINDOW, 0, 0, bytes(4)),
        "WINDOW_UPDATE too large": frame(WINDOW, 0, 0, b"\x7f\xff\xff\xff"), "WINDOW_UPDATE too short": frame(WINDOW, 0, 0, bytes(3)),
        "SETTINGS of 5 bytes": frame(SETTINGS, 0, 0, bytes(5)), "SETTINGS on a stream": frame(SETTINGS, 0, 1), "SETTINGS ACK with more": frame(SETTINGS, ACK, 0, bytes(6)),
        "ENABLE_PUSH 2": frame(SETTINGS, 0, 0, struct.pack(">HI", 2, 2)), "INITIAL_WINDOW_SIZE 2^31": frame(SETTINGS, 0, 0, struct.pack(">HI", 4, 1 << 31)),
        "MAX_FRAME_SIZE 1": frame(SETTINGS, 0, 0, struct.pack(">HI", 5, 1)), "PING of 7 bytes": frame(PING, 0, 0, bytes(7)), "PING on a stream": frame(PING, 0, 1, bytes(8)),
        "GOAWAY on a stream": frame(GOAWAY, 0, 1, bytes(8)), "PUSH_PROMISE": frame(PUSH, END_HEADERS, 1, struct.pack(">I", 2)),
        "a frame of 64 KiB": frame(0xFA, 0, 0, bytes(65536)), "PRIORITY too short": frame(PRIORITY, 0, 1, bytes(4))}
    for name, raw in bad.items():
        yield name, lambda m, raw=raw: raw + m.get(stream=3), name == "PRIORITY too short"
    yield "an unknown frame", lambda m: frame(0xFA, 0xFF, 0, b"x") + m.get(), True
    yield "headers on stream 0", lambda m: m.get(stream=0), False
    yield "headers on stream 2", lambda m: m.get(stream=2), False
    yield "headers on an older stream", lambda m: m.get(stream=5, path=b"/none", authority=b"attacker.test") + m.get(stream=3), False
    yield "depends on itself", lambda m: frame(HEADERS, whole | PRIORITISED, 1, struct.pack(">IB", 1, 0) + m.block()), True
    yield "padding longer than headers", lambda m: frame(HEADERS, whole | PADDED, 1, b"\xff" + m.block()[:200]), False
    yield "headers of 1 MiB", lambda m: frame(HEADERS, END_STREAM, 1, m.block()) + b"".join(
        frame(CONTINUATION, END_HEADERS * (n == 79), 1, field(b"x-%d" % n, b"a" * 13000)) for n in range(80)), False


def compression():
    yield "index 0", lambda m: frame(HEADERS, 5, 1, b"\x80" + m.block()), False
    yield "index beyond the table", lambda m: frame(HEADERS, 5, 1, m.block() + b"\xff\x80\x01"), False
    yield "table larger than agreed", lambda m: frame(HEADERS, 5, 1, b"\x3f\xe1\xff\x03" + m.block()), False
    yield "new table size in the middle", lambda m: frame(HEADERS, 5, 1, m.block() + b"\x20" + field(b"a", b"b")), False
    yield "string longer than the block", lambda m: frame(HEADERS, 5, 1, m.block() + b"\x00\x01a\x50b"), False
    yield "number without an end", lambda m: frame(HEADERS, 5, 1, m.block() + b"\x7f" + b"\xff" * 12), False
    yield "Huffman with EOS", lambda m: frame(HEADERS, 5, 1, m.block() + b"\x00\x01a\x84\xff\xff\xff\xff"), False
    yield "Huffman padding of a byte", lambda m: frame(HEADERS, 5, 1, m.block() + b"\x00\x01a\x82\x1f\xff"), False
    yield "upper case by Huffman", lambda m: frame(HEADERS, 5, 1, m.block() + b"\x00\x81\x87\x01b"), False


GROUPS = {"h2 pseudo": pseudo_headers, "h2 fields": fields, "h2 bodies": bodies, "h2 frames": frames, "h2 hpack": compression}


def plain(maker):
    """A request like any other, without which refusing everything would pass."""
    return maker.post((b"content-length", b"5"), path=b"/probe?q=1")


def status(block):
    """Of a block of answer headers; what is not in the static table is none that was asked for here."""
    while block and 0x20 <= block[0] < 0x40:  # a new size of the table
        block = block[1:]
    if not block:
        return 599
    if block[0] & 0x80:
        return STATUSES.get(block[0] & 0x7F, 599)
    size = block[1] if len(block) > 1 else 0
    return int(block[2:5]) if size == 3 and block[2:5].isdigit() else 599


def answered(data):
    """Status of the first answer; 599 for a stream or connection that was ended, None for silence."""
    while len(data) >= 9:
        size, kind = int.from_bytes(data[:3], "big"), data[3]
        payload = data[9:9 + size]
        if kind == HEADERS:
            start = 1 * bool(data[4] & PADDED) + 5 * bool(data[4] & PRIORITISED)
            return status(payload[start:])
        if kind in (RESET, GOAWAY):
            return 599
        data = data[9 + size:]
    return None


def is_over(data, ends):
    """Whether the answer's last frame is there."""
    while len(data) >= 9:
        size, kind, flags = int.from_bytes(data[:3], "big"), data[3], data[4]
        if len(data) < 9 + size:
            return False
        if kind in (RESET, GOAWAY) or kind in ends and flags & END_STREAM:
            return True
        data = data[9 + size:]
    return False


def send(port, name, raw, patience):
    """What comes back, as a status line of HTTP/1.1, so that it is judged like that."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_alpn_protocols(["h2"])
    data = b""
    with socket.create_connection(("127.0.0.1", port), 5) as plain:
        with context.wrap_socket(plain, server_hostname=name.decode()) as connection:
            if connection.selected_alpn_protocol() != "h2":
                raise SystemExit(f"port {port} does not speak HTTP/2")
            connection.settimeout(patience)
            try:
                connection.sendall(PREFACE + frame(SETTINGS, 0, 0) + raw)
                while not is_over(data, (HEADERS, DATA)) and (piece := connection.recv(65536)):
                    data += piece
                connection.settimeout(0.1)
                while piece := connection.recv(65536):
                    data += piece
            except OSError:
                pass
    code = answered(data)
    return b"" if code is None else b"HTTP/1.1 %d " % code
