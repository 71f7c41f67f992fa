"""Exchanges everything under load: routes, policies, the certificate, a second front door, and the process itself.

    python scripts/upgrade.py --bedel .build/debug/bedel [--requests 200000] [--connections 24] [--rounds 3]

Clients with TLS and keep-alive send one request after another, each on a connection that it renews now and then. A failure is any
request that was sent and not answered with 200, and any connection that was refused or reset. Prints requests and failures of each
kind, and ends with 1 if there was one.
"""

import argparse
import asyncio
import collections
import hashlib
import json
import ssl
import sys
import tempfile
import time

from house import House

BODY = b'{"ok":true}'
#: Requests on one connection, so that handshakes fall into every change as well.
PER_CONNECTION = 250


class Load:
    """So many connections, each with one request after another, until there were enough."""

    def __init__(self, port, requests, total):
        self.port, self.requests, self.total = port, requests, total
        self.sent = self.answered = self.connections = 0
        self.longest = 0.0
        self.doing = "nothing"
        self.failures = collections.Counter()
        self.certificates = collections.Counter()
        self.context = ssl.create_default_context()
        self.context.check_hostname = False
        # A new certificate is signed by nobody else; which one was shown is compared instead.
        self.context.verify_mode = ssl.CERT_NONE

    async def connect(self):
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, ssl=self.context, server_hostname="localhost")
        shown = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
        self.certificates[hashlib.sha256(shown).hexdigest()[:12]] += 1
        self.connections += 1
        return reader, writer

    async def client(self):
        reader = writer = None
        left = PER_CONNECTION
        while self.sent < self.total:
            self.sent += 1
            request = self.requests[self.sent % len(self.requests)]
            started = time.monotonic()
            try:
                if writer is None:
                    reader, writer = await asyncio.wait_for(self.connect(), 60)
                    left = PER_CONNECTION
                closes = await asyncio.wait_for(self.ask(reader, writer, request), 60)
            except Exception as error:  # whatever it is, the request was not answered
                self.failures[f"{self.doing}: {type(error).__name__}"] += 1
                closes = True
            self.longest = max(self.longest, time.monotonic() - started)
            left -= 1
            if (closes or left == 0) and writer is not None:
                writer.close()
                reader = writer = None
        if writer is not None:
            writer.close()

    async def ask(self, reader, writer, request):
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        lines = head.lower().split(b"\r\n")
        length = next(int(line[15:]) for line in lines if line.startswith(b"content-length:"))
        await reader.readexactly(length)
        status = int(lines[0].split()[1])
        if status == 200:
            self.answered += 1
        else:
            self.failures[f"{self.doing}: status {status}"] += 1
        return b"connection: close" in lines


async def backend(reader, writer):
    """Takes what a service is sent, and answers."""
    answer = (b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(BODY)) + BODY
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            for line in head.lower().split(b"\r\n"):
                if line.startswith(b"content-length:"):
                    await reader.readexactly(int(line[15:]))
            writer.write(answer)
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def drive(options, house, requests):
    server = await asyncio.start_server(backend, "127.0.0.1", house.service_port)
    load = Load(house.port, requests, options.requests)
    started = time.monotonic()
    clients = [asyncio.create_task(load.client()) for _ in range(options.connections)]
    kinds = [("routes", lambda: house.change_routes(done["routes"] % 2 == 0)), ("policies", house.change_policies),
             ("certificate", house.change_certificate), ("drain", house.drain), ("upgrade", house.upgrade)]
    done = collections.Counter()
    steps = kinds * options.rounds
    for number, (kind, change) in enumerate(steps):
        while load.sent < options.requests * (number + 1) // (len(steps) + 1):
            await asyncio.sleep(0.05)
        load.doing = kind
        before = sum(load.failures.values())
        began = time.monotonic()
        await asyncio.to_thread(change)
        done[kind] += 1
        failed = sum(load.failures.values()) - before
        print(f"{kind}: took {time.monotonic() - began:.1f} s, {failed} failed, {load.sent} sent so far", flush=True)
    await asyncio.gather(*clients)
    server.close()
    return load, done, time.monotonic() - started


def requests_of(house):
    """Mostly a service, also with a body; and the console."""
    def head(method, host, path, more=""):
        return f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {house.token}\r\n{more}\r\n".encode()
    get = head("GET", house.host("echo"), "/x")
    post = head("POST", house.host("echo"), "/x", "Content-Length: 1000\r\nContent-Type: application/json\r\n") + b"1" * 1000
    return [get] * 15 + [post] * 4 + [head("GET", house.host(), "/api/v1/me")]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bedel", required=True)
    parser.add_argument("--requests", type=int, default=200_000)
    parser.add_argument("--connections", type=int, default=24)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with House(options.bedel, tempfile.mkdtemp(prefix="bedel-up-")) as house:
        load, done, seconds = asyncio.run(drive(options, house, requests_of(house)))
    failed = sum(load.failures.values())
    print(f"requests={load.sent}\nanswered={load.answered}\nfailed={failed}\nrequests_per_second={load.sent / seconds:.0f}")
    for kind, count in done.items():
        lost = sum(n for what, n in load.failures.items() if what.startswith(kind + ":"))
        print(f"{kind}_changes={count}\n{kind}_failed={lost}")
    print(f"connections={load.connections}\ncertificates_seen={len(load.certificates)}\nlongest_wait_seconds={load.longest:.2f}")
    if failed:
        print("failures: " + json.dumps(load.failures))
    is_right = not failed and load.answered == load.sent and len(load.certificates) == done["certificate"] + 1
    sys.exit(0 if is_right else 1)


if __name__ == "__main__":
    main()
