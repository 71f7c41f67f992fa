"""Thousands of damaged requests through Bedel to the servers that people run; each may only see what Bedel logged."""

import collections
import concurrent.futures
import json
import os
import random
import re
import sys
import time
import urllib.parse
from pathlib import Path

from peers import Peer, free_port

NGINX = """daemon off; worker_processes 1; pid {dir}/nginx.pid; error_log {dir}/nginx.err;
events {{ worker_connections 256; }}
http {{ map $request_method $line {{ "" $request; default "$request_method $uri"; }} log_format seen escape=none '$line'; access_log {seen} seen; client_body_temp_path {dir}/b;
 proxy_temp_path {dir}/p; fastcgi_temp_path {dir}/f; uwsgi_temp_path {dir}/u; scgi_temp_path {dir}/s;
 server {{ listen 127.0.0.1:{port}; location / {{ return 200 ok; }} }} }}
"""
HERE = Path(__file__).resolve().parent
TRICKS = [
    b"\r\n", b"\n", b"\r", b"\x00", b" ", b"\t", b"\x0b", b":", b";", b",", b"/", b"%2f", b"%00", b"..", b"\\", b"chunked", b"0\r\n\r\n",
    b"Transfer-Encoding: chunked\r\n", b"Content-Length: 0\r\n", b"Content-Length: 40\r\n", b"Connection: close\r\n", b"Expect: 100-continue\r\n",
    b"GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n", b"HTTP/1.0", b"\xff", b"\xc3\xa4", b"Upgrade: h2c\r\n", b"X: y\r\n z\r\n"]


class Differential:
    names = ["gunicorn", "uvicorn", "waitress", "tornado", "aiohttp", "nginx"]

    def __init__(self, folder):
        folder.mkdir()
        folder.chmod(0o755)
        self.folder, self.processes = folder, []

    def seen_file(self, name):
        return self.folder / f"{name}.seen"

    def start(self):
        """Name to port."""
        programs, ports = Path(sys.executable).parent, {}
        for name in self.names:
            port = ports[name] = free_port()
            self.seen_file(name).touch()
            command = {
                "gunicorn": [programs / "gunicorn", "--chdir", HERE, "--bind", f"127.0.0.1:{port}", "--keep-alive", "20", "--threads", "8",
                             "applications:wsgi"],
                "uvicorn": [programs / "uvicorn", "--app-dir", HERE, "--host", "127.0.0.1", "--port", str(port), "--log-level", "error",
                            "applications:asgi"],
                "nginx": ["nginx", "-c", self.nginx_file(port)],
            }.get(name, [sys.executable, HERE / "applications.py", name, str(port)])
            os.environ["SEEN"] = str(self.seen_file(name))
            self.processes.append(Peer(name, command, port))
        for process in self.processes:
            process.wait()
        return ports

    def nginx_file(self, port):
        file = self.folder / "nginx.conf"
        file.write_text(NGINX.format(dir=self.folder, seen=self.seen_file("nginx"), port=port))
        return file

    def stop(self):
        for process in self.processes:
            process.stop()

    def run(self, targets, cases, count, demo, send):
        """Whether nobody saw what Bedel did not log. `count` mutations in all."""
        chance = random.Random(20261121)
        # What may pass is where a small damage can do something; what is refused anyway is damaged less often.
        seeds = [raw for case in cases if case.make is None for raw in [case.raw] * (8 if case.may else 1) if len(raw) < 4096]
        with concurrent.futures.ThreadPoolExecutor(8) as senders:
            for number in range(count):
                target = targets[self.names[number % len(self.names)]]
                raw = mutate(chance, chance.choice(seeds)).replace(b"/probe", f"/probe-{number}".encode(), 1)
                raw = raw.replace(b"@H", target.host).replace(b"@A", target.authorization)
                senders.submit(send, target.port, raw, 0.5)
        time.sleep(2)
        logged, strangers, understood = log_lines(demo.state), 0, 0
        for name in self.names:
            host = targets[name].host.decode()
            seen = collections.Counter(map(asked, self.seen_file(name).read_text(errors="replace").splitlines()))
            understood += sum(seen.values())
            # Servers decode the path before they show it, so both sides are compared decoded.
            allowed = collections.Counter()
            for (at, line), times in logged.items():
                if at == host:
                    allowed[decoded(line)] += times
            for line, times in seen.items():
                if times > allowed[decoded(line)]:
                    strangers += 1
                    print(f"{name} saw {times} of {line[:100]!r}, Bedel logged {allowed[decoded(line)]}", flush=True)
        print(f"differential_sent={count}\ndifferential_understood={understood}\ndifferential_strangers={strangers}")
        return strangers == 0 and understood > 0


def asked(line):
    """A method that nginx does not take (`get`) is one that Bedel passes on: then the whole line stands in nginx's log."""
    return line.removesuffix(" HTTP/1.1").partition("?")[0] if line.endswith(" HTTP/1.1") else line


def decoded(line):
    """As CGI shows it to WSGI, Latin-1 for bytes, is brought back as well."""
    text = urllib.parse.unquote(line, errors="replace")
    try:
        return text.encode("latin-1").decode()
    except (UnicodeEncodeError, UnicodeDecodeError):
        return text


def mutate(chance, raw):
    for _ in range(chance.randint(1, 2)):
        place = chance.randrange(len(raw) + 1)
        kind = chance.random()
        if kind < 0.5:
            raw = raw[:place] + chance.choice(TRICKS) + raw[place:]
        elif kind < 0.7:
            raw = raw[:place] + raw[place + chance.randint(1, 4):]
        elif kind < 0.85 and raw:
            place %= len(raw)
            raw = raw[:place] + bytes([raw[place] ^ (1 << chance.randrange(8))]) + raw[place + 1:]
        else:
            lines = raw.split(b"\r\n")
            one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
            lines.insert(one, lines[other])
            raw = b"\r\n".join(lines)
    return raw


def log_lines(state):
    """(host, `METHOD path`) to how often Bedel logged it as passed on."""
    logged = collections.Counter()
    for file in state.rglob("*.log"):
        for line in file.read_text(errors="replace").splitlines():
            if not re.match(r"\{.*\"message\":\"request\"", line):
                continue
            entry = json.loads(line)
            if "user" in entry and "path" in entry:
                logged[entry["host"], f"{entry['method']} {entry['path']}"] += 1
    return logged
