"""An upstream with bodies of any size. GET /N is answered with N bytes; a body that comes is counted and thrown away.

usage: stream_peer.py PORT COMMAND...     (until the command, which may ask it, has ended)
"""
import http.server
import subprocess
import sys
import threading

PIECE = bytes(1 << 18)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        left = int(self.path.rsplit("/", 1)[1])
        self.send_response(200)
        self.send_header("Content-Length", str(left))
        self.end_headers()
        while left > 0:
            left -= self.wfile.write(PIECE[: min(left, len(PIECE))])

    def do_PUT(self):
        text = b"%d" % (self.chunked() if "Transfer-Encoding" in self.headers else self.sized())
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def sized(self):
        return self.skip(int(self.headers["Content-Length"]))

    def chunked(self):
        total = 0
        while size := int(self.rfile.readline(), 16):
            total += self.skip(size)
            self.rfile.readline()
        self.rfile.readline()
        return total

    def skip(self, count):
        left = count
        while left > 0:
            left -= len(self.rfile.read(min(left, len(PIECE))))
        return count

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler)
server.daemon_threads = True
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.exit(subprocess.run(sys.argv[2:]).returncode)
