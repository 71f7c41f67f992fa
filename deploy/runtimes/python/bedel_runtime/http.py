"""HTTP/1.1 (RFC 9112) on a Unix socket, with every size and wait bounded. It runs beside the model, on its own thread."""

import asyncio
import os
import socket
import threading

from .failure import NO_SOCKET, Failure, RequestError
from .routes import failure

HEAD_LIMIT = 32 * 1024
BODY_LIMIT = 16 * 1024 * 1024
HEAD_SECONDS = 10
BODY_SECONDS = 30
IDLE_SECONDS = 75
CONNECTION_LIMIT = 256
REASONS = {
    200: "OK", 400: "Bad Request", 404: "Not Found", 405: "Method Not Allowed", 408: "Request Timeout",
    411: "Length Required", 413: "Content Too Large", 431: "Request Header Fields Too Large",
    500: "Internal Server Error", 501: "Not Implemented", 503: "Service Unavailable",
}


class Server:
    def __init__(self, address, answer):
        self._answer = answer
        self._socket = listening_socket(address)
        self._connections = 0

    def start(self):
        threading.Thread(target=lambda: asyncio.run(self._run()), name="http", daemon=True).start()

    async def _run(self):
        server = await asyncio.start_unix_server(self._serve, sock=self._socket, limit=HEAD_LIMIT)
        async with server:
            await server.serve_forever()

    async def _serve(self, reader, writer):
        self._connections += 1
        try:
            if self._connections > CONNECTION_LIMIT:
                await send(writer, *failure(503, "BUSY", "Too many connections."), keep=False)
                return
            while await self._exchange(reader, writer):
                pass
        except (ConnectionError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            self._connections -= 1
            writer.close()

    async def _exchange(self, reader, writer):
        """One request and its answer; false when the connection is over."""
        first = await asyncio.wait_for(reader.read(1), IDLE_SECONDS)
        if not first:
            return False
        try:
            request = await read_request(reader, writer, first)
        except RequestError as error:
            # What follows on this connection cannot be told apart from the rest of a refused request.
            await send(writer, *failure(error.status, error.reason, str(error)), keep=False)
            return False
        method, path, keep, body = request
        status, content = await self._answer(method, path, body)
        await send(writer, status, content, keep)
        return keep


def listening_socket(address):
    try:
        if address == "stdin":
            return socket.socket(fileno=os.dup(0))
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listener.bind(address)
        listener.listen(128)
        return listener
    except OSError as error:
        raise Failure(NO_SOCKET, f"cannot listen on the socket: {error.strerror}") from error


async def read_request(reader, writer, first):
    head = await read_head(reader, first)
    method, path, version, headers = parse_head(head)
    if headers.get("expect", "").lower() == "100-continue":
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    try:
        body = await asyncio.wait_for(read_body(reader, headers), BODY_SECONDS)
    except asyncio.TimeoutError:
        raise RequestError(408, "TIMEOUT", "The body did not arrive in time.") from None
    tokens = [token.strip() for token in headers.get("connection", "").lower().split(",")]
    keep = "close" not in tokens and (version == "HTTP/1.1" or "keep-alive" in tokens)
    return method, path, keep, body


async def read_head(reader, first):
    try:
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), HEAD_SECONDS)
    except asyncio.LimitOverrunError:
        raise RequestError(431, "TOO_LARGE", "The request's head is too large.") from None
    except asyncio.TimeoutError:
        raise RequestError(408, "TIMEOUT", "The request did not arrive in time.") from None
    return (first + head).decode("latin-1")


def parse_head(head):
    start, *lines = head[:-4].split("\r\n")
    parts = start.split(" ")
    if len(parts) != 3 or parts[2] not in ("HTTP/1.1", "HTTP/1.0") or not parts[1].startswith("/"):
        raise RequestError(400, "BAD_REQUEST", "This is not an HTTP/1.1 request.")
    headers = {}
    for line in lines:
        name, separator, value = line.partition(":")
        if not separator or not name or name != name.strip():
            raise RequestError(400, "BAD_REQUEST", "A header line is malformed.")
        name = name.lower()
        if name in headers and name in ("content-length", "transfer-encoding"):
            raise RequestError(400, "BAD_REQUEST", "The length is given twice.")
        headers[name] = value.strip()
    return parts[0], parts[1], parts[2], headers


async def read_body(reader, headers):
    coding, length = headers.get("transfer-encoding"), headers.get("content-length")
    if coding is not None:
        if length is not None or coding.lower() != "chunked":
            raise RequestError(501, "BAD_REQUEST", "Only chunked transfer coding is understood.")
        return await read_chunks(reader)
    if length is None:
        return b""
    if not (length.isascii() and length.isdigit()):
        raise RequestError(400, "BAD_REQUEST", "Content-Length is not a number.")
    if len(length) > 18 or int(length) > BODY_LIMIT:
        raise too_large()
    return await reader.readexactly(int(length))


async def read_chunks(reader):
    chunks, total = [], 0
    while True:
        line = (await reader.readuntil(b"\r\n")).split(b";")[0].strip()
        if not line or len(line) > 8 or not all(digit in b"0123456789abcdefABCDEF" for digit in line):
            raise RequestError(400, "BAD_REQUEST", "A chunk is malformed.")
        size = int(line, 16)
        total += size
        if total > BODY_LIMIT:
            raise too_large()
        if size == 0:
            break
        chunks.append(await reader.readexactly(size))
        if await reader.readexactly(2) != b"\r\n":
            raise RequestError(400, "BAD_REQUEST", "A chunk is malformed.")
    while await reader.readuntil(b"\r\n") != b"\r\n":
        pass
    return b"".join(chunks)


def too_large():
    return RequestError(413, "TOO_LARGE", f"The body is larger than {BODY_LIMIT // 2**20} MiB.")


async def send(writer, status, content, keep):
    head = (
        f"HTTP/1.1 {status} {REASONS.get(status, 'Unknown')}\r\n"
        "Content-Type: application/json\r\n"
        f"Content-Length: {len(content)}\r\n"
        f"Connection: {'keep-alive' if keep else 'close'}\r\n"
        "X-Content-Type-Options: nosniff\r\n\r\n"
    )
    writer.write(head.encode("ascii") + content)
    await writer.drain()
