"""An upstream that keeps the exact bytes of what reaches it, read as strictly as RFC 9112 allows."""

import re
import socketserver
import threading

LINE = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+ [\x21-\x7e]+ HTTP/1\.[01]")
FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\x20-\x7e\x80-\xff\t]*)")
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok"


class Ambiguous(Exception):
    """Bytes that two servers may read as two things."""


class Incomplete(Exception):
    """The connection ended inside a body: no server takes that for a request."""


class Request:
    def __init__(self, head):
        self.head = head
        lines = head.split(b"\r\n")
        if not LINE.fullmatch(lines[0]):
            raise Ambiguous(f"request line {lines[0][:80]!r}")
        self.method, self.target, _ = lines[0].split(b" ")
        self.fields = []
        for line in lines[1:]:
            match = FIELD.fullmatch(line)
            if not match:
                raise Ambiguous(f"field line {line[:80]!r}")
            self.fields.append((match[1].lower(), match[2].strip()))
        self.body = b""

    def values(self, name):
        """Of every spelling that CGI or WSGI would fold into this name."""
        return [value for field, value in self.fields if field.replace(b"_", b"-") == name]

    def length(self):
        """None: chunked."""
        coding, length = self.values(b"transfer-encoding"), self.values(b"content-length")
        if coding and length or len(coding) > 1 or len(length) > 1:
            raise Ambiguous("two framings")
        if coding:
            if coding[0].lower() != b"chunked":
                raise Ambiguous(f"transfer coding {coding[0][:40]!r}")
            return None
        if length and not re.fullmatch(rb"0|[1-9][0-9]{0,17}", length[0]):
            raise Ambiguous(f"length {length[0][:40]!r}")
        return int(length[0]) if length else 0


class Recorder(socketserver.ThreadingTCPServer):
    """`seen` holds what came since the last `clear()`: requests, and the reasons of what was ambiguous."""

    daemon_threads = allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, port=0):
        super().__init__(("127.0.0.1", port), Connection)
        self.lock = threading.Lock()
        self.seen = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def port(self):
        return self.server_address[1]

    def note(self, what):
        with self.lock:
            self.seen.append(what)

    def clear(self):
        with self.lock:
            seen, self.seen = self.seen, []
        return seen

    def handle_error(self, *_):
        pass


class Connection(socketserver.StreamRequestHandler):
    timeout = 30

    def handle(self):
        try:
            while self.one():
                pass
        except Ambiguous as fault:
            self.server.note(str(fault))
        except (OSError, Incomplete):
            pass

    def one(self):
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = self.rfile.readline(1 << 20)
            if not line:
                if head:
                    raise Ambiguous(f"half a head {head[:80]!r}")
                return False
            if not line.endswith(b"\r\n"):
                raise Ambiguous(f"a bare LF in {line[:80]!r}")
            head += line
        request = Request(head[:-4])
        length = request.length()
        if b"100-continue" in b"".join(request.values(b"expect")).lower():
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        request.body = self.chunks() if length is None else self.exactly(length)
        self.server.note(request)
        self.wfile.write(ANSWER)
        return True

    def exactly(self, count):
        data = self.rfile.read(count)
        if len(data) < count:
            raise Incomplete
        return data

    def chunks(self):
        body = b""
        while True:
            line = self.rfile.readline(1 << 17)
            if not line.endswith(b"\n"):
                raise Incomplete
            if not re.fullmatch(rb"[0-9A-Fa-f]{1,16}\r\n", line):
                raise Ambiguous(f"chunk line {line[:60]!r}")
            size = int(line, 16)
            if size == 0:
                break
            body += self.exactly(size)
            if self.exactly(2) != b"\r\n":
                raise Ambiguous("a chunk longer than it says")
        while (line := self.rfile.readline(1 << 17)) != b"\r\n":
            if not line:
                raise Incomplete
            name = line.split(b":")[0].lower().replace(b"_", b"-")
            if name in TRAILERS_NEVER:
                raise Ambiguous(f"trailer {name!r}")
        return body


TRAILERS_NEVER = {b"host", b"authorization", b"content-length", b"transfer-encoding", b"x-forwarded-user", b"x-bedel-user"}
