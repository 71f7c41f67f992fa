"""What is sent, byte for byte, and what may come of it.

A case passes when it is refused (a status from 400 on, or the connection closed without one), or, where `may` says so, when
exactly one request reached the upstream and that request can be read in one way only. `@H` stands for the host, `@A` for the
line that shows who asks. `/smuggled` is what nobody asked for in any case: the upstream must never see it.
"""

from dataclasses import dataclass

import http2


@dataclass(frozen=True)
class Case:
    group: str
    name: str
    raw: bytes
    may: bool = False
    bedel_only: bool = False
    #: Of HTTP/2: what to send instead, for a `http2.Maker`.
    make: object = None


SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: @H\r\n@A\r\n"


def head(*fields, line=b"GET /probe HTTP/1.1", host=b"Host: @H\r\n"):
    return line + b"\r\n" + host + b"@A" + b"".join(field + b"\r\n" for field in fields) + b"\r\n"


def post(*fields, body=b"", version=b"1.1"):
    return head(*fields, line=b"POST /probe HTTP/" + version) + body


def framing():
    chunked = b"0\r\n\r\n" + SMUGGLED
    yield "CL.TE", post(b"Content-Length: 4", b"Transfer-Encoding: chunked", body=chunked), False
    yield "TE.CL", post(b"Transfer-Encoding: chunked", b"Content-Length: 4", body=chunked), False
    codings = {
        "xchunked": b"xchunked", "chunked, identity": b"chunked, identity", "identity": b"identity",
        "vertical tab": b"\x0bchunked", "form feed": b"\x0cchunked", "NUL": b"chunked\x00", "leading comma": b",chunked",
        "trailing comma": b"chunked,", "twice in one": b"chunked, chunked", "quoted": b'"chunked"', "gzip, chunked": b"gzip, chunked",
        "empty": b"", "parameter": b"chunked;q=1"}
    for name, value in codings.items():
        yield f"TE {name}", post(b"Transfer-Encoding: " + value, body=chunked), False
    yield "TE tab before", post(b"Transfer-Encoding:\tchunked", body=b"0\r\n\r\n"), True
    yield "TE space behind", post(b"Transfer-Encoding: chunked ", body=b"0\r\n\r\n"), True
    yield "TE twice", post(b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked", body=chunked), False
    yield "TE, then identity", post(b"Transfer-Encoding: chunked", b"Transfer-Encoding: identity", body=chunked), False
    yield "TE with underscore", post(b"Content-Length: 0", b"Transfer_Encoding: chunked", body=b""), True
    yield "TE folded", post(b"Transfer-Encoding:\r\n chunked", body=chunked), False
    yield "TE space before colon", post(b"Transfer-Encoding : chunked", body=chunked), False
    yield "TE in HTTP/1.0", post(b"Transfer-Encoding: chunked", body=chunked, version=b"1.0"), False
    lengths = {
        "+5": b"+5", "-0": b"-0", "0x5": b"0x5", "5, 5": b"5, 5", "5, 6": b"5, 6", "empty": b"", "2^64": b"18446744073709551616",
        "1e1": b"1e1", "5 5": b"5 5", "5;": b"5;", "vertical tab": b"\x0b5", "NUL": b"5\x00", "negative": b"-5", "full-width": "\uff15".encode(),
        "underscore": b"1_0"}
    for name, value in lengths.items():
        yield f"CL {name}", post(b"Content-Length: " + value, body=b"hello"), False
    yield "CL leading zero", post(b"Content-Length: 05", body=b"hello"), False
    yield "CL twice, same", post(b"Content-Length: 5", b"Content-Length: 5", body=b"hello"), False
    yield "CL twice, other", post(b"Content-Length: 5", b"Content-Length: 6", body=b"hello!"), False
    yield "CL with underscore", post(b"Content_Length: 5", body=b""), True


def chunks():
    def send(body):
        return post(b"Transfer-Encoding: chunked", body=body)
    sizes = {
        "0x5": b"0x5", "+5": b"+5", "-5": b"-5", "1_0": b"1_0", "17 digits": b"0" * 16 + b"5x", "overflow": b"1" + b"0" * 16, "space before": b" 5",
        "tab before": b"\t5", "empty": b"", "letter": b"5g", "semicolon alone": b"5;", "extension with CR": b"5;a\rb", "extension with NUL": b"5;a\x00b",
        "extension with LF": b"5;a\nb", "extension of 64 KiB": b"5;" + b"a" * 65536}
    for name, size in sizes.items():
        yield f"size {name}", send(size + b"\r\nhello\r\n0\r\n\r\n"), "64 KiB" in name
    yield "an extension", send(b"5;a=b\r\nhello\r\n0\r\n\r\n"), True
    yield "size space behind", send(b"5 \r\nhello\r\n0\r\n\r\n"), True
    yield "LF behind size", send(b"5\nhello\r\n0\r\n\r\n"), False
    yield "LF behind data", send(b"5\r\nhello\n0\r\n\r\n"), False
    yield "CR behind size", send(b"5\rhello\r\n0\r\n\r\n"), False
    yield "spills", send(b"5\r\nhello and more\r\n0\r\n\r\n" + SMUGGLED), False
    for name in (b"Authorization", b"Host", b"Content-Length", b"Transfer-Encoding", b"X-Forwarded-User", b"X-Bedel-User"):
        yield f"trailer {name.decode()}", send(b"5\r\nhello\r\n0\r\n" + name + b": forged\r\n\r\n"), True


def lines():
    yield "bare LF", head().replace(b"\r\n", b"\n"), False
    yield "bare LF in one field", head(b"A: b\nX-Smuggled: 1"), False
    yield "bare CR", head(b"A: b\rX-Smuggled: 1"), False
    yield "leading empty line", b"\r\n" + head(), True
    yield "leading space", b" " + head(), False
    yield "folded field", head(b"A: b\r\n c"), False
    yield "folded first field", b"GET /probe HTTP/1.1\r\n Host: @H\r\n@A\r\n", False
    yield "space before colon", head(b"A : b"), False
    yield "no name", head(b": b"), False
    yield "no colon", head(b"Ab"), False
    yield "NUL in value", head(b"A: b\x00c"), False
    yield "control in value", head(b"A: b\x01c"), False
    yield "DEL in value", head(b"A: b\x7fc"), False
    yield "NUL in name", head(b"A\x00: b"), False
    yield "bracket in name", head(b"A[b]: c"), False
    yield "not ASCII in name", head("Ä: c".encode()), False
    yield "line of white space", head(b" "), False
    yield "HTTP/0.9", b"GET /probe\r\n\r\n", False
    yield "HTTP/1.2", head(line=b"GET /probe HTTP/1.2"), False
    yield "HTTP/2.0 in a line", head(line=b"GET /probe HTTP/2.0"), False
    yield "http/1.1", head(line=b"GET /probe http/1.1"), False
    yield "HTTP/01.1", head(line=b"GET /probe HTTP/01.1"), False
    yield "two spaces", head(line=b"GET  /probe HTTP/1.1"), False
    yield "tab between", head(line=b"GET\t/probe\tHTTP/1.1"), False
    yield "third word", head(line=b"GET /probe x HTTP/1.1"), False
    yield "space behind version", head(line=b"GET /probe HTTP/1.1 "), False
    yield "not a token as method", head(line=b"G(T /probe HTTP/1.1"), False
    yield "method of 64 KiB", head(line=b"G" * 65536 + b" /probe HTTP/1.1"), False
    yield "h2 preface", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", False
    yield "absolute, other host", head(line=b"GET http://other.test/probe HTTP/1.1"), False
    yield "absolute, other scheme", head(line=b"GET ftp://@H/probe HTTP/1.1"), False
    yield "OPTIONS *", head(line=b"OPTIONS * HTTP/1.1"), False
    yield "GET *", head(line=b"GET * HTTP/1.1"), False
    yield "CONNECT", head(line=b"CONNECT @H HTTP/1.1"), False
    yield "CONNECT with body", head(b"Content-Length: 5", line=b"CONNECT @H HTTP/1.1") + b"hello", False
    yield "TRACE", head(line=b"TRACE /probe HTTP/1.1"), False
    yield "target without slash", head(line=b"GET probe HTTP/1.1"), False
    yield "target not ASCII", head(line="GET /prob\u00e9 HTTP/1.1".encode()), False
    yield "Expect of something", post(b"Expect: 200-maybe", b"Content-Length: 0"), False


def hosts():
    for name, host in {
            "none": b"", "twice": b"Host: @H\r\nHost: @H\r\n", "twice, other": b"Host: @H\r\nHost: other.test\r\n", "empty": b"Host:\r\n",
            "list": b"Host: @H, other.test\r\n", "slash": b"Host: @H/x\r\n", "question mark": b"Host: @H?x\r\n", "hash": b"Host: @H#x\r\n",
            "userinfo": b"Host: a@@H\r\n", "space": b"Host: @H x\r\n", "two ports": b"Host: @H:1\r\n", "300 labels": b"Host: " + b"a." * 300 + b"@H\r\n",
            "IPv6 zone": b"Host: [fe80::1%25eth0]\r\n", "percent": b"Host: %61@H\r\n", "NUL": b"Host: @H\x00\r\n", "space before colon": b"Host : @H\r\n",
            "unknown": b"Host: attacker.test\r\n", "with underscore as well": b"Host: @H\r\nHo_st: other.test\r\n"}.items():
        yield name, head(host=host), name == "with underscore as well"


def hops():
    for name in (b"X-Bedel-User", b"x-bedel-user", b"close, X-Bedel-User", b"Content-Length", b"Host", b"Transfer-Encoding"):
        yield f"Connection: {name.decode()}", post(b"Connection: " + name, b"Content-Length: 5", body=b"hello"), True
    for name in (b"Keep-Alive: x", b"TE: trailers", b"Upgrade: foo\r\nConnection: Upgrade", b"Proxy-Connection: keep-alive",
                 b"Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAAQAAP__"):
        yield name.split(b"\r")[0].decode(), head(name), True


def identity():
    for name in (b"X-Bedel-User", b"x-bedel-user", b"X-BEDEL-user", b"X_Bedel_User", b"X-Bedel_User", b"X.Bedel.User"):
        yield name.decode(), head(name + b": forged"), True
    yield "twice", head(b"X-Bedel-User: forged", b"X-Bedel-User: forged"), True
    yield "space before colon", head(b"X-Bedel-User : forged"), False


def steering():
    for name in (b"X-Forwarded-User", b"X-Forwarded-Uri", b"X-Forwarded-Method", b"X-Forwarded-Host", b"X-Forwarded-Proto", b"X-Forwarded-Prefix",
                 b"X-Original-URL", b"X-Rewrite-URL", b"Forwarded", b"X-Real-IP", b"X-WEBAUTH-USER", b"x-envoy-original-path", b"Remote-User",
                 b"X-Bedel-Roles", b"X-Bedel-Assertion", b"X-Bedel-Profile", b"X-Forwarded-Groups", b"X-Remote-User"):
        yield name.decode(), head(name + b": forged"), True


def paths():
    for tail in (b"..", b"../x", b"%2e%2e/x", b"%2E./x", b".%2e/x", b"%252e%252e/x", b"..;/x", b"..;a=b/x", b"./x", b"/x", b"//x", b"a%2fb", b"a%2Fb",
                 b"a%5cb", b"a\\b", b"..\\x", b"%00", b"a%00b", b"a%23b", b"a#b", b"%c0%af", b"%c0%ae%c0%ae/x", b"%u002e", b"%61dmin", b"%C5%BF",
                 b"%ef%bc%8e%ef%bc%8e/x", b"%", b"%2", b"%zz", b"a%0d%0aX:1", b"a%09b", b"a|b", b"a<b>", b'a"b', b"a%7fb", b"%2e", b"..%2fx", b"..%5cx"):
        yield (b"/pub/" + tail).decode(), head(line=b"GET /pub/" + tail + b" HTTP/1.1"), True
    yield "/..", head(line=b"GET /.. HTTP/1.1"), True
    yield "//host/x", head(line=b"GET //other.test/x HTTP/1.1"), True


def sockets():
    upgrade = (b"Connection: Upgrade", b"Upgrade: websocket")
    key = b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="
    yield "version 1", head(*upgrade, key, b"Sec-WebSocket-Version: 1"), False
    yield "no key", head(*upgrade, b"Sec-WebSocket-Version: 13"), False
    yield "bad key", head(*upgrade, b"Sec-WebSocket-Key: short", b"Sec-WebSocket-Version: 13"), False
    yield "two keys", head(*upgrade, key, key, b"Sec-WebSocket-Version: 13"), False
    yield "a request behind it", head(*upgrade, key, b"Sec-WebSocket-Version: 13") + SMUGGLED, True


GROUPS = {
    "framing": framing, "chunks": chunks, "lines": lines, "hosts": hosts, "hop-by-hop": hops, "identity": identity, "steering": steering,
    "paths": paths, "websocket": sockets}


def all_cases():
    return [Case(group, name, raw, may, group in ("steering", "websocket"))
            for group, make in GROUPS.items() for name, raw, may in make()
            ] + [Case(group, name, b"", may, make=frames) for group, make in http2.GROUPS.items() for name, frames, may in make()]


def all_groups():
    return [*GROUPS, *http2.GROUPS]
